// The kernels that are timed, by plain tfjs: its kernel where it has one, else what its users compose.
// For any copy of tfjs-core, so that nothing is imported but types.
import type * as tfjs from "@tensorflow/tfjs-core";

/** From sizes (see kernel-cases.ts), makes inputs; the function it returns runs the kernel once. */
export type Kernels = Readonly<Record<string, (sizes: readonly number[]) => () => unknown>>;
type Tf = typeof tfjs;
type Image = tfjs.Tensor4D;

/** Makes each of the kernels ready as `serve` wants it. */
export function kernelTask(tf: Tf, kernels: Kernels) {
  let scopes = 0;
  return async ({ op, sizes }: { op: string; sizes: readonly number[] }) => {
    // The tensors of the kernel before.
    if (scopes++ > 0) tf.engine().endScope();
    tf.engine().startScope();
    const prepare = kernels[op];
    if (prepare === undefined) throw new Error(`has no kernel ${op}`);
    const once = prepare(sizes);
    return () => {
      tf.tidy(() => {
        once();
      });
      return undefined;
    };
  };
}

export function tfjsKernels(tf: Tf): Kernels {
  const random = <T extends tfjs.Tensor>(...shape: number[]): T => tf.randomNormal(shape) as T;
  const run = (
    name: string,
    inputs: Record<string, tfjs.Tensor>,
    attributes: object,
  ): tfjs.Tensor => tf.engine().runKernel(name, inputs, attributes as tfjs.NamedAttrMap);

  function convolution(kernel: "x" | "dx" | "dw", depthwise = false) {
    return ([n = 0, side = 0, inputs = 0, outputs = inputs]: readonly number[]) => {
      const x = random<Image>(n, side, side, inputs);
      const filter = random<Image>(3, 3, inputs, depthwise ? 1 : outputs);
      const dy = random<Image>(n, side, side, outputs);
      const name = depthwise ? "DepthwiseConv2dNative" : "Conv2D";
      const common = { strides: [1, 1], pad: "same", dataFormat: "NHWC", dilations: [1, 1] };
      if (kernel === "x") return () => run(name, { x, filter }, common);
      return kernel === "dx"
        ? () => run(`${name}BackpropInput`, { dy, filter }, { ...common, inputShape: x.shape })
        : () => run(`${name}BackpropFilter`, { x, dy }, { ...common, filterShape: filter.shape });
    };
  }

  function pool(name: "MaxPool" | "AvgPool", gradient: boolean) {
    return ([n = 0, height = 0, width = 0, c = 0]: readonly number[]) => {
      const attributes = { filterSize: [2, 2], strides: [2, 2], pad: "valid" };
      const x = random<Image>(n, height, width, c);
      if (!gradient) return () => run(name, { x }, attributes);
      const output = run(name, { x }, attributes);
      const dy = random<Image>(...output.shape);
      return () => run(`${name}Grad`, { dy, input: x, output }, attributes);
    };
  }

  /** Of one tensor, or of dy and another. */
  const unary = (f: (x: tfjs.Tensor) => unknown) => (sizes: readonly number[]) => {
    const x = random(...sizes);
    return () => f(x);
  };
  const slope =
    (f: (dy: tfjs.Tensor, at: tfjs.Tensor) => unknown) => (sizes: readonly number[]) => {
      const [dy, at] = [random(...sizes), random(...sizes)];
      return () => f(dy, at);
    };
  const normal = (x: tfjs.Tensor) => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);

  return {
    conv2d: convolution("x"),
    conv2dInputGrad: convolution("dx"),
    conv2dFilterGrad: convolution("dw"),
    depthwise: convolution("x", true),
    depthwiseInputGrad: convolution("dx", true),
    depthwiseFilterGrad: convolution("dw", true),
    matMul: ([m = 0, n = 0, k = 0, transposeA, transposeB]) => {
      const a = transposeA ? random(k, m) : random(m, k);
      const b = transposeB ? random(n, k) : random(k, n);
      return () => tf.matMul(a, b, transposeA === 1, transposeB === 1);
    },
    maxPool: pool("MaxPool", false),
    maxPoolGrad: pool("MaxPool", true),
    avgPool: pool("AvgPool", false),
    avgPoolGrad: pool("AvgPool", true),
    relu: unary((x) => tf.relu(x)),
    reluGrad: slope((dy, y) => tf.mul(dy, tf.step(y))),
    sigmoidGrad: slope((dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y)))),
    gelu: unary((x) => tf.mul(x, normal(x))),
    geluGrad: slope((dy, x) => {
      const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return tf.mul(dy, tf.add(normal(x), tf.mul(x, density)));
    }),
    biasGrad: unary((dy) => tf.sum(dy, [0, 1, 2])),
    dropout: unary((x) => tf.dropout(x, 0.5)),
    "batchNorm and gradient": (sizes) => {
      const [x, dy] = [random<Image>(...sizes), random<Image>(...sizes)];
      const [gamma, beta] = [random(sizes.at(-1) ?? 0), random(sizes.at(-1) ?? 0)];
      const backward = tf.valueAndGrads((...[images, scale, shift]: tfjs.Tensor[]) => {
        const { mean, variance } = tf.moments(images as Image, [0, 1, 2]);
        return tf.batchNorm(
          images as Image,
          ...([mean, variance, shift, scale] as tfjs.Tensor1D[] as [tfjs.Tensor1D, tfjs.Tensor1D]),
          1e-5,
        );
      });
      return () => backward([x, gamma, beta], dy);
    },
    "layerNorm and gradient": ([rows = 0, width = 0]) => {
      const [x, dy, gamma, beta] = [
        random(rows, width),
        random(rows, width),
        random(width),
        random(width),
      ];
      const backward = tf.valueAndGrads((...inputs: tfjs.Tensor[]) => {
        const [matrix, scale, shift] = inputs as [tfjs.Tensor, tfjs.Tensor, tfjs.Tensor];
        const { mean, variance } = tf.moments(matrix, 1, true);
        const standard = tf.mul(tf.sub(matrix, mean), tf.rsqrt(tf.add(variance, 1e-5)));
        return tf.add(tf.mul(standard, scale), shift);
      });
      return () => backward([x, gamma, beta], dy);
    },
    "crossEntropy and gradient": ([rows = 0, classes = 0]) => {
      const logits = random(rows, classes);
      const labels = tf.oneHot(tf.randomUniform([rows], 0, classes, "int32"), classes);
      const backward = tf.valueAndGrad((x) => tf.losses.softmaxCrossEntropy(labels, x));
      return () => backward(logits);
    },
    embeddingGrad: ([rows = 0, width = 0, segments = 0]) => {
      const dy = random(rows, width);
      const ids = tf.randomUniform([rows], 0, segments, "int32") as tfjs.Tensor1D;
      return () => tf.unsortedSegmentSum(dy, ids, segments);
    },
    "to channels first": unary((x) => tf.transpose(x, [0, 3, 1, 2])),
    "Adam step": ([size = 0]) => {
      const parameter = tf.variable(random(size));
      const gradient = random(size);
      const optimizer = tf.train.adam(1e-3);
      return () => optimizer.applyGradients([{ name: parameter.name, tensor: gradient }]);
    },
    // tfjs has no bytes: its users scale them in JavaScript.
    "bytes to floats": ([rows = 0, width = 0]) => {
      const { bytes, indices } = byteRows(rows, width);
      return () => {
        const values = new Float32Array(rows * width);
        indices.forEach((index, row) => {
          for (let i = 0; i < width; i++) {
            values[row * width + i] = (bytes[index * width + i] as number) / 255;
          }
        });
        return tf.tensor(values, [rows, width]);
      };
    },
  };
}

/** As many rows as MNIST, and which of them to take. */
export function byteRows(rows: number, width: number) {
  const available = 60_000;
  const bytes = Uint8Array.from({ length: available * width }, (_, i) => i % 251);
  const indices = Array.from({ length: rows }, () => Math.floor(Math.random() * available));
  return { bytes, indices };
}
