import { FUSED, Generator, valueAndGrad } from "@kindling/core";
import {
  activateBackend,
  describeOnBackends,
  expectClose,
  expectGradients,
} from "@kindling/testing";
import {
  concat,
  getKernel,
  mul,
  reshape,
  type Scalar,
  square,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor,
  tensor1d,
  tidy,
} from "@tensorflow/tfjs-core";
import { expect, test, vi } from "vitest";
import {
  batchNorm,
  conv2d,
  crossEntropy,
  elu,
  gelu,
  layerNorm,
  leakyRelu,
  relu,
  sigmoid,
  silu,
  tanh,
} from "./index.ts";

interface Case {
  readonly f: (...inputs: Tensor[]) => Tensor;
  readonly shapes: readonly (readonly number[])[];
  /** The fused kernels that nobody may take where gradients are nested. */
  readonly kernels: readonly string[];
}

/** Sums of a few hundred products in float32, through two backward passes. */
const TOLERANCE = 2e-5;

const labels = () => tensor1d([1, 3, 0], "int32");
const activation = (f: (x: Tensor) => Tensor, ...kernels: string[]): Case => {
  return { f: f as Case["f"], shapes: [[3, 4]], kernels };
};
const convolution = (options: object, filter: number[]): Case => ({
  f: (x, w, b) =>
    conv2d(x as Tensor4D, w as Tensor4D, { bias: b as Tensor1D, padding: 1, ...options }),
  shapes: [[1, 3, 3, 4], filter, [4]],
  kernels: [FUSED.conv2d, FUSED.conv2dInputGrad, FUSED.conv2dFilterGrad],
});

const cases: Record<string, Case> = {
  relu: activation(relu),
  leakyRelu: activation(leakyRelu),
  elu: activation(elu),
  sigmoid: activation(sigmoid),
  tanh: activation(tanh),
  silu: activation(silu, FUSED.silu, FUSED.siluGrad),
  gelu: activation(gelu, FUSED.gelu, FUSED.geluGrad),
  "gelu by tanh": activation((x) => gelu(x, { approximate: "tanh" }), FUSED.gelu, FUSED.geluGrad),
  conv2d: convolution({}, [2, 2, 4, 4]),
  "conv2d with stride, dilation and groups": convolution(
    { stride: 2, dilation: 2, groups: 2 },
    [2, 2, 2, 4],
  ),
  "conv2d depthwise": convolution({ groups: 4 }, [3, 3, 1, 4]),
  crossEntropy: {
    f: (logits) => crossEntropy(logits as Tensor, labels(), { labelSmoothing: 0.1 }),
    shapes: [[3, 5]],
    kernels: [FUSED.crossEntropy, FUSED.crossEntropyGrad],
  },
  "crossEntropy with weights": {
    f: (logits) =>
      crossEntropy(logits as Tensor, labels(), {
        ...{ weight: tensor1d([1, 2, 3, 4, 5]), ignoreIndex: 3, reduction: "none" },
      }),
    shapes: [[3, 5]],
    kernels: [FUSED.weightedCrossEntropy, FUSED.crossEntropyGrad],
  },
  batchNorm: {
    f: (x, weight, bias) => {
      const affine = { weight: weight as Tensor1D, bias: bias as Tensor1D };
      return batchNorm(x as Tensor2D, null, null, { ...affine, training: true, eps: 0.1 });
    },
    shapes: [[4, 3], [3], [3]],
    kernels: [FUSED.batchNorm, FUSED.batchNormGrad],
  },
  layerNorm: {
    f: (x, weight, bias) => {
      const affine = { weight: weight as Tensor, bias: bias as Tensor };
      return layerNorm(x as Tensor, [3], { ...affine, eps: 0.1 });
    },
    shapes: [[4, 3], [3], [3]],
    kernels: [FUSED.layerNorm, FUSED.layerNormGrad],
  },
};

const all = Object.entries(cases);

describeOnBackends("second derivatives", () => {
  test.each(all)("of %s match finite differences", (_, { f, shapes }) => {
    tidy(() => {
      const inputs = shapes.map(spread);
      // What is added up comes from the fused kernels where there are some, its gradient from plain ops.
      expectGradients((...at) => firstGradients(f, at), inputs);
    });
  });
});

test.each(all)("second derivatives of %s on wasm are the cpu backend's", async (_, one) => {
  await activateBackend("cpu");
  const expected = secondDerivatives(one);
  await activateBackend("wasm");
  const used = one.kernels.map((name) => vi.spyOn(getKernel(name, "wasm"), "kernelFunc"));
  const received = secondDerivatives(one);
  for (const { mock } of used) expect(mock.calls.length).toBe(0);
  vi.restoreAllMocks();
  expectClose(received, expected, { tolerance: TOLERANCE });
});

/** The gradients of a weighted sum of `f`'s squares, one after the other. */
function firstGradients(f: Case["f"], inputs: Tensor[]): Tensor {
  const weighted = (): Scalar => {
    const y = f(...inputs);
    return sum(mul(mul(y, y), spread(y.shape, 7)));
  };
  const { gradients } = valueAndGrad(weighted, inputs);
  return concat(gradients.map((gradient) => reshape(gradient as Tensor, [-1])));
}

/** The gradients of the sum of their squares. */
function secondDerivatives({ f, shapes }: Case): number[] {
  const values: number[] = [];
  tidy(() => {
    const inputs = shapes.map(spread);
    const squares = (): Scalar => sum(square(firstGradients(f, inputs)));
    for (const gradient of valueAndGrad(squares, inputs).gradients) {
      values.push(...(gradient as Tensor).dataSync());
    }
  });
  return values;
}

/** Values from −1 to 1, all different, in an order by the seed. */
function spread(shape: readonly number[], seed: number): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const order = new Generator(size + seed).permutation(size);
  return tensor(
    Float32Array.from(order, (place) => (2 * place + 0.5) / size - 1),
    [...shape],
  );
}
