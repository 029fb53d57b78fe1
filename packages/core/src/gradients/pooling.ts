import {
  engine,
  fill,
  type GradConfig,
  gather,
  mul,
  type NamedAttrMap,
  pad,
  reshape,
  slice,
  type Tensor,
  tensor,
} from "@tensorflow/tfjs-core";
import { gradient, run, sameShape, zerosFor } from "./gradient.ts";
import { covered, type PoolAttributes, type Windows, windowsOf } from "./pool-windows.ts";

/** Average and max pooling in two and three dimensions, with second derivatives. */
export const poolingGradients: readonly GradConfig[] = [
  ...["AvgPool", "AvgPool3D"].flatMap((pool) => [
    gradient(pool, { inputs: ["x"] }, (dy, { x }, attributes: PoolAttributes) => ({
      x: () => averageGradient(`${pool}Grad`, dy, x, attributes),
    })),
    gradient(
      `${pool}Grad`,
      { inputs: ["input"] },
      (ddx, { input }, attributes: PoolAttributes) => ({
        dy: () => run(pool, { x: ddx }, attributes),
        input: () => zerosFor(input),
      }),
    ),
  ]),
  gradient(
    "MaxPool",
    { inputs: ["x"], outputs: ["y"] },
    (dy, { x, y }, attributes: PoolAttributes) => ({
      x: () => maximumGradient(dy, x, y, attributes),
    }),
  ),
  gradient(
    "MaxPool3D",
    { inputs: ["x"], outputs: ["y"] },
    (dy, { x, y }, attributes: PoolAttributes) => ({
      x: () => maximum3dGradient(dy, x, y, attributes),
    }),
  ),
  gradient(
    "MaxPoolGrad",
    { inputs: ["dy", "input", "output"] },
    (ddx, { dy, input, output }, attributes: PoolAttributes) => ({
      dy: () => reshape(gather(reshape(ddx, [-1]), placesOfMaxima(input, attributes)), dy.shape),
      input: () => zerosFor(input),
      output: () => zerosFor(output),
    }),
  ),
];

/**
 * An average over a window at the border counts only the values inside, but tfjs's gradient kernels
 * divide by the window's size (TensorFlow's do not). So the kernel is given the padded shape, where
 * both are the same, and a dy that makes up for the difference.
 */
function averageGradient(
  kernel: string,
  dy: Tensor,
  x: Tensor,
  attributes: PoolAttributes,
): Tensor {
  const axes = windowsOf(x.shape, attributes);
  const valid = { filterSize: attributes.filterSize, strides: attributes.strides, pad: "valid" };
  if (!axes.some(isPadded)) return run(kernel, { dy, input: x }, valid);
  const scaled = axes.reduce((scaled, windows, i) => {
    if (!isPadded(windows)) return scaled;
    // A window of nothing but padding has no gradient, rather than 0 · ∞.
    const factors = covered(windows).map((n) => (n === 0 ? 0 : windows.length / n));
    const shape = dy.shape.map((size, axis) => (axis === i + 1 ? size : 1));
    return mul(scaled, tensor(factors, shape, "float32"));
  }, dy);
  const [n, c] = [x.shape[0] as number, x.shape.at(-1) as number];
  const padded = axes.map(({ before, size, after }) => before + size + after);
  // Only its shape is read.
  const input = fill([n, ...padded, c], 0, "float32");
  return unpadded(run(kernel, { dy: scaled, input }, valid), axes, x.shape);
}

function maximumGradient(dy: Tensor, x: Tensor, y: Tensor, attributes: PoolAttributes): Tensor {
  const { filterSize, strides, dimRoundingMode } = attributes;
  if (dimRoundingMode !== "ceil") {
    const direct = { filterSize, strides, pad: attributes.pad };
    return run("MaxPoolGrad", { dy, input: x, output: y }, direct);
  }
  // The kernels do not agree on windows that reach beyond the end: pad, so that none does.
  const axes = windowsOf(x.shape, attributes);
  const dx = run(
    "MaxPoolGrad",
    { dy, input: bordered(x, axes), output: y },
    { filterSize, strides, pad: "valid" },
  );
  return unpadded(dx, axes, x.shape);
}

/**
 * Pools each plane, then along the depth, with the two-dimensional kernels: tfjs's MaxPool3DGrad is
 * wrong on cpu for windows that are not square, and on wasm for negative ones.
 */
function maximum3dGradient(dy: Tensor, x: Tensor, y: Tensor, attributes: PoolAttributes): Tensor {
  const axes = windowsOf(x.shape, attributes);
  const [depth, height, width] = axes as [Windows, Windows, Windows];
  const padded = axes.some(isPadded) ? bordered(x, axes) : x;
  const [n, d, h, w, c] = padded.shape as [number, number, number, number, number];
  const lines = height.count * width.count;
  const inPlane = {
    filterSize: [height.length, width.length],
    strides: [height.stride, width.stride],
    pad: "valid",
  };
  const inDepth = { filterSize: [depth.length, 1], strides: [depth.stride, 1], pad: "valid" };

  const planes = reshape(padded, [n * d, h, w, c]);
  const maxima = run("MaxPool", { x: planes }, inPlane); // [n * d, oh, ow, c]
  const stacked = reshape(maxima, [n, d, lines, c]);
  const upstream = {
    dy: reshape(dy, [n, depth.count, lines, c]),
    input: stacked,
    output: reshape(y, [n, depth.count, lines, c]),
  };
  const ofMaxima = reshape(run("MaxPoolGrad", upstream, inDepth), maxima.shape);
  const dx = run("MaxPoolGrad", { dy: ofMaxima, input: planes, output: maxima }, inPlane);
  return unpadded(reshape(dx, padded.shape), axes, x.shape);
}

/** With borders that no maximum is taken from. */
function bordered(x: Tensor, axes: readonly Windows[]): Tensor {
  const borders = axes.map(({ before, after }): [number, number] => [before, after]);
  return pad(x, [[0, 0], ...borders, [0, 0]], Number.NEGATIVE_INFINITY);
}

function isPadded({ before, after }: Windows): boolean {
  return before > 0 || after > 0;
}

function unpadded(dx: Tensor, axes: readonly Windows[], shape: readonly number[]): Tensor {
  if (sameShape(dx.shape, shape)) return dx;
  return slice(dx, [0, ...axes.map(({ before }) => before), 0], [...shape]);
}

/** Where in the flattened input each window's maximum stands. */
function placesOfMaxima(x: Tensor, { filterSize, strides, pad }: PoolAttributes): Tensor {
  const attributes = { filterSize, strides, pad, includeBatchInIndex: true };
  const outputs = engine().runKernel<Tensor[]>(
    "MaxPoolWithArgmax",
    { x },
    attributes as NamedAttrMap,
  );
  return outputs[1] as Tensor;
}
