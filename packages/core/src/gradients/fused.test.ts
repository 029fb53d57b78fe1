import { activateBackend, describeOnBackends, expectClose } from "@kindling/testing";
import {
  add,
  engine,
  getKernel,
  leakyRelu,
  mul,
  type NamedAttrMap,
  type NamedTensorMap,
  relu,
  relu6,
  reshape,
  type Scalar,
  scalar,
  sigmoid,
  sum,
  type Tensor,
  tanh,
  tensor1d,
} from "@tensorflow/tfjs-core";
import { expect, test, vi } from "vitest";
import { FUSED } from "../fused.ts";
import { Generator } from "../generator.ts";
import { valueAndGrad } from "../value-and-grad.ts";
import { describeGradients, type GradientCase, spread } from "./describe-gradients.ts";
import { fusedGradients } from "./fused.ts";

/** Half of a finite difference. */
const STEP = 1e-3;

/** The first output of a kernel. */
function first(kernel: string, inputs: NamedTensorMap, attributes: object = {}): Tensor {
  const outputs = engine().runKernel(kernel, inputs, attributes as NamedAttrMap);
  return [outputs].flat()[0] as Tensor;
}

function convolution(title: string, groups: number, withBias: boolean): GradientCase {
  const padding = [
    [1, 0],
    [0, 2],
  ];
  const attributes = { strides: [2, 1], dilations: [1, 2], padding, groups };
  const filter = [2, 2, 4 / groups, 4];
  return {
    kernel: FUSED.conv2d,
    title,
    f: (x, w, b) =>
      first(
        FUSED.conv2d,
        { x: x as Tensor, filter: w as Tensor, ...(withBias ? { bias: b as Tensor } : {}) },
        attributes,
      ),
    inputs: [[1, 3, 3, 4], filter, ...(withBias ? [[4]] : [])],
  };
}

function loss(reduction: string, ignoreIndex: number, smoothing: number): GradientCase {
  const attributes = { reduction, ignoreIndex, smoothing };
  return {
    kernel: FUSED.crossEntropy,
    title: `${reduction}, without ${ignoreIndex}, smoothing ${smoothing}`,
    f: (logits) => {
      const labels = tensor1d([1, 0, 2], "int32");
      return first(FUSED.crossEntropy, { logits: logits as Tensor, labels }, attributes);
    },
    inputs: [[3, 5]],
  };
}

function normalization(kernel: string): GradientCase {
  return {
    kernel,
    f: (x, gamma, beta) => {
      const inputs = { x: x as Tensor, gamma: gamma as Tensor, beta: beta as Tensor };
      return first(kernel, inputs, { eps: 0.1 });
    },
    inputs: [[4, 5], [5], [5]],
  };
}

const cases: readonly GradientCase[] = [
  convolution("with a bias", 1, true),
  convolution("without a bias", 1, false),
  convolution("in groups", 2, true),
  convolution("depthwise", 4, true),
  ...[false, true].map((approximate) => ({
    kernel: FUSED.gelu,
    title: approximate ? "by tanh" : "by erf",
    f: (x?: Tensor) => first(FUSED.gelu, { x: x as Tensor }, { approximate }),
    inputs: [{ shape: [3, 5], from: -3, to: 3 }],
  })),
  {
    kernel: FUSED.silu,
    f: (x) => first(FUSED.silu, { x: x as Tensor }),
    inputs: [{ shape: [3, 5], from: -3, to: 3 }],
  },
  ...[loss("none", -100, 0), loss("sum", 2, 0.1), loss("mean", 0, 0.3)],
  {
    kernel: FUSED.weightedCrossEntropy,
    f: (logits) => {
      const inputs = { labels: tensor1d([1, 4, 2], "int32"), weight: tensor1d([1, 2, 3, 4, 5]) };
      const attributes = { reduction: "mean", ignoreIndex: 4, smoothing: 0.2 };
      return first(FUSED.weightedCrossEntropy, { logits: logits as Tensor, ...inputs }, attributes);
    },
    inputs: [[3, 5]],
  },
  normalization(FUSED.batchNorm),
  normalization(FUSED.layerNorm),
  {
    kernel: FUSED.dropout,
    f: (x) => {
      const { words, index } = new Generator(7).getState();
      const random = { words: Uint32Array.from(words), index };
      return first(FUSED.dropout, { x: x as Tensor }, { p: 0.4, scale: 1 / 0.6, random });
    },
    inputs: [[5, 5]],
  },
];

describeGradients("fused", fusedGradients, cases, ["wasm"]);

describeOnBackends("the gradients of tfjs's activations", () => {
  test.each([
    ["relu", relu, FUSED.reluGrad],
    ["relu6", relu6, FUSED.relu6Grad],
    ["leakyRelu", (x: Tensor) => leakyRelu(x, 0.3), FUSED.leakyReluGrad],
    ["sigmoid", sigmoid, FUSED.sigmoidGrad],
    ["tanh", tanh, FUSED.tanhGrad],
  ] as const)("are fused where nothing records them: %s", (_, f, kernel) => {
    const used = vi.spyOn(getKernel(kernel, "wasm"), "kernelFunc");
    const x = spread([3, 5]);
    const slope = () => valueAndGrad(() => sum(f(x)) as Scalar, [x]).gradients[0] as Tensor;
    const at = (shift: number) => f(add(x, scalar(shift))).dataSync();
    const [above, below] = [at(STEP), at(-STEP)];
    const expected = above.map((value, i) => (value - (below[i] as number)) / (2 * STEP));
    expectClose(slope(), expected, { tolerance: 1e-3 });
    expect(used).toHaveBeenCalledTimes(1);
    valueAndGrad(() => {
      slope();
      return sum(x) as Scalar;
    }, [x]);
    expect(used).toHaveBeenCalledTimes(1);
    used.mockRestore();
  });
}, ["wasm"]);

test("gradients that are added in place are those of the cpu backend", async () => {
  const gradientsOn = async (backend: "cpu" | "wasm"): Promise<number[][]> => {
    await activateBackend(backend);
    const [x, w] = [spread([2, 3]), spread([3], 1)];
    const { gradients } = valueAndGrad(() => {
      // Sides that get the same upstream gradient, one that is a view of it, and more than two terms.
      const doubled = add(x, x);
      const viewed = reshape(add(doubled, reshape(reshape(doubled, [6]), [2, 3])), [6]);
      const scaled = mul(add(x, doubled), w);
      return sum(mul(add(reshape(viewed, [2, 3]), scaled), add(mul(x, w), doubled))) as Scalar;
    }, [x, w]);
    return gradients.map((gradient) => [...(gradient as Tensor).dataSync()]);
  };
  const [onCpu, onWasm] = [await gradientsOn("cpu"), await gradientsOn("wasm")];
  onCpu.forEach((expected, i) => {
    expectClose(onWasm[i] as number[], expected, { tolerance: 1e-6 });
  });
});
