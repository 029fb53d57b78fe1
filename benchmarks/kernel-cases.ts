// The kernels that are timed, at sizes in use: those of both networks' layers, and typical ones elsewhere.

export interface KernelCase {
  /** What the adapters know it by. */
  readonly op: string;
  readonly sizes: readonly number[];
  /** The sizes, to read. */
  readonly shape: string;
  readonly group: (typeof GROUPS)[number];
  /** Floating-point operations, or bytes when each is read and written once. */
  readonly work: number;
  readonly unit: "GFLOP/s" | "GB/s";
}

export const GROUPS = [
  "convolution",
  "depthwise convolution",
  "matrix product",
  "pooling",
  "activation",
  "loss",
  "normalization",
  "other",
  "memory",
] as const;

/** Batch, side, channels in and out: 3×3, stride 1, padding 1. */
const CONVOLUTIONS = [
  [64, 28, 1, 8],
  [64, 14, 8, 16],
  [64, 7, 16, 32],
  [64, 28, 1, 32],
  [64, 14, 32, 64],
] as const;
const CONVOLUTION_OPS = ["conv2d", "conv2dInputGrad", "conv2dFilterGrad"];
/** Batch, side, channels. */
const DEPTHWISE = [64, 14, 32] as const;
const DEPTHWISE_OPS = ["depthwise", "depthwiseInputGrad", "depthwiseFilterGrad"];
/** m, n, k, and whether each side is stored transposed. */
const PRODUCTS = [
  [64, 128, 3136, 0, 0],
  [64, 128, 3136, 0, 1],
  [64, 128, 3136, 1, 0],
  [64, 128, 3136, 1, 1],
  [64, 3136, 128, 0, 1],
  [3136, 128, 64, 1, 0],
  [64, 10, 1568, 0, 0],
  [64, 10, 1568, 0, 1],
  [512, 512, 512, 0, 0],
] as const;
/** An activation: batch, height, width, channels. */
const IMAGES = [64, 28, 28, 32] as const;
const LOGITS = [
  [64, 10],
  [256, 1000],
] as const;

/** Bytes a value, for ops of {@link IMAGES}: float32 in and out; pools make or take a quarter as many. */
const ON_IMAGES: readonly [op: string, group: KernelCase["group"], bytes: number][] = [
  ["maxPool", "pooling", 5],
  ["maxPoolGrad", "pooling", 9],
  ["avgPool", "pooling", 5],
  ["avgPoolGrad", "pooling", 5],
  ["relu", "activation", 8],
  ["reluGrad", "activation", 12],
  ["sigmoidGrad", "activation", 12],
  ["gelu", "activation", 8],
  ["geluGrad", "activation", 12],
  ["biasGrad", "other", 4],
  ["dropout", "other", 9],
  ["batchNorm and gradient", "normalization", 20],
  ["copy", "memory", 8],
];

const size = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
const list = (sizes: readonly number[]): string => `[${sizes.join(", ")}]`;

const convolutions = CONVOLUTIONS.flatMap((sizes) =>
  CONVOLUTION_OPS.map((op): KernelCase => {
    const [n, side, inputs, outputs] = sizes;
    const shape = `[${n}, ${side}, ${side}, ${inputs} → ${outputs}]`;
    const work = 2 * 9 * inputs * outputs * n * side * side;
    return { op, sizes, shape, group: "convolution", work, unit: "GFLOP/s" };
  }),
);

const depthwise = DEPTHWISE_OPS.map((op): KernelCase => {
  const [n, side, channels] = DEPTHWISE;
  const shape = list([n, side, side, channels]);
  const work = 2 * 9 * channels * n * side * side;
  return { op, sizes: DEPTHWISE, shape, group: "depthwise convolution", work, unit: "GFLOP/s" };
});

const products = PRODUCTS.map((sizes): KernelCase => {
  const [m, n, k, transposeA, transposeB] = sizes;
  const left = transposeA ? `${list([k, m])}ᵀ` : list([m, k]);
  const right = transposeB ? `${list([n, k])}ᵀ` : list([k, n]);
  const [shape, work] = [`${left} · ${right}`, 2 * m * n * k];
  return { op: "matMul", sizes, shape, group: "matrix product", work, unit: "GFLOP/s" };
});

function bound(
  op: string,
  group: KernelCase["group"],
  sizes: readonly number[],
  work: number,
): KernelCase {
  return { op, sizes, shape: list(sizes), group, work, unit: "GB/s" };
}

export const KERNEL_CASES: readonly KernelCase[] = [
  ...convolutions,
  ...depthwise,
  ...products,
  ...ON_IMAGES.map(([op, group, bytes]) => bound(op, group, IMAGES, bytes * size(IMAGES))),
  ...LOGITS.map((sizes) => bound("crossEntropy and gradient", "loss", sizes, 8 * size(sizes))),
  bound("layerNorm and gradient", "normalization", [1024, 256], 20 * 1024 * 256),
  // Rows, their width, segments; an id a row.
  bound("embeddingGrad", "other", [4096, 64, 1000], 4 * (4096 * 64 + 4096 + 1000 * 64)),
  bound("to channels first", "other", [64, 7, 7, 64], 8 * 64 * 7 * 7 * 64),
  bound("Adam step", "other", [1e6], 28e6),
  bound("bytes to floats", "other", [64, 784], 5 * 64 * 784),
  // More than a processor's caches hold.
  bound("copy", "memory", [2 ** 25], 8 * 2 ** 25),
];
