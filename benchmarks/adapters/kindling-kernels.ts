import { FUSED } from "@kindling/core";
import { dropout } from "@kindling/layers";
import { Adam } from "@kindling/optim";
import * as tf from "@tensorflow/tfjs-core";
import { byteRows, type Kernels, tfjsKernels } from "./tfjs-kernels.ts";

type Inputs = Record<string, tf.Tensor>;

function run<T = tf.Tensor>(name: string, inputs: Inputs, attributes: object = {}): T {
  return tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as T;
}

const random = (...shape: number[]): tf.Tensor => tf.randomNormal(shape);

/** A gradient from `dy` and the activation's input or output. */
const slope =
  (name: string, at: "x" | "y", attributes: object = {}) =>
  (sizes: readonly number[]) => {
    const inputs = { dy: random(...sizes), [at]: random(...sizes) };
    return () => run(name, inputs, attributes);
  };

/** tfjs's ops, which run on Kindling's kernels, and Kindling's own. */
export const kindlingKernels: Kernels = {
  ...tfjsKernels(tf),
  reluGrad: slope(FUSED.reluGrad, "y"),
  sigmoidGrad: slope(FUSED.sigmoidGrad, "y"),
  gelu: (sizes) => {
    const x = random(...sizes);
    return () => run(FUSED.gelu, { x }, { approximate: false });
  },
  geluGrad: slope(FUSED.geluGrad, "x", { approximate: false }),
  dropout: (sizes) => {
    const x = random(...sizes);
    return () => dropout(x);
  },
  "batchNorm and gradient": (sizes) => {
    const c = sizes.at(-1) as number;
    const rows = tf.util.sizeFromShape([...sizes]) / c;
    const [x, dy, gamma, beta] = affine(rows, c);
    return () => {
      const outputs = run<tf.Tensor[]>(FUSED.batchNorm, { x, gamma, beta }, { eps: 1e-5 });
      const [, mean, variance] = outputs as [tf.Tensor, tf.Tensor, tf.Tensor];
      run(FUSED.batchNormGrad, { dy, x, mean, variance, gamma }, { eps: 1e-5 });
    };
  },
  "layerNorm and gradient": ([rows = 0, width = 0]) => {
    const [x, dy, gamma, beta] = affine(rows, width);
    return () => {
      const outputs = run<tf.Tensor[]>(FUSED.layerNorm, { x, gamma, beta }, { eps: 1e-5 });
      run(FUSED.layerNormGrad, { dy, x, statistics: outputs[1] as tf.Tensor, gamma });
    };
  },
  "crossEntropy and gradient": ([rows = 0, classes = 0]) => {
    const logits = random(rows, classes);
    const labels = tf.randomUniform([rows], 0, classes, "int32");
    const dy = tf.scalar(1);
    const attributes = { ignoreIndex: -100, smoothing: 0, reduction: "mean" };
    return () => {
      const outputs = run<tf.Tensor[]>(FUSED.crossEntropy, { logits, labels }, attributes);
      const statistics = outputs[1] as tf.Tensor;
      run(FUSED.crossEntropyGrad, { dy, logits, labels, statistics }, attributes);
    };
  },
  "Adam step": ([size = 0]) => {
    const parameter = tf.variable(random(size));
    const gradient = random(size);
    const optimizer = new Adam([parameter]);
    return () => optimizer.update([tf.clone(gradient)]); // it disposes what it is given
  },
  "bytes to floats": ([rows = 0, width = 0]) => {
    const attributes = { ...byteRows(rows, width), width, divisor: 255, shape: [rows, width] };
    return () => run(FUSED.gatherBytes, {}, attributes);
  },
  // The speed of memory, which nothing that reads and writes can outrun.
  copy: (sizes) => {
    const floats = tf.util.sizeFromShape([...sizes]);
    const pages = Math.ceil((8 * floats) / 65536);
    const { buffer } = new WebAssembly.Memory({ initial: pages });
    const view = new Float32Array(buffer, 0, 2 * floats).fill(1);
    return () => view.copyWithin(floats, 0, floats);
  },
};

function affine(rows: number, c: number) {
  return [random(rows, c), random(rows, c), random(c), random(c)] as const;
}
