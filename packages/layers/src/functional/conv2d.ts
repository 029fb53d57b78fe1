import {
  ArgumentError,
  type ConvolutionAttributes,
  FUSED,
  hasFusedKernel,
  ShapeError,
} from "@kindling/core";
import {
  add,
  concat,
  depthwiseConv2d,
  engine,
  type NamedAttrMap,
  type NamedTensorMap,
  pad,
  reshape,
  slice,
  split,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  conv2d as tfConv2d,
  tidy,
} from "@tensorflow/tfjs-core";
import { type Pair, toPair } from "../pair.ts";
import type { Padding2d } from "./pad2d.ts";

/** What {@link conv2d} takes besides the filters. */
export interface Conv2dOptions {
  /** `[out]`, added to each pixel. @defaultValue null */
  bias?: Tensor1D | null;
  /** Pixels from one window to the next. @defaultValue 1 */
  stride?: Pair;
  /** Zeros added on each side, or `same` for an output of the input's size. @defaultValue 0 */
  padding?: Pair | "same" | "valid";
  /** Pixels from one value of a window to the next. @defaultValue 1 */
  dilation?: Pair;
  /** Input and output channels fall into this many parts, each convolved by itself. @defaultValue 1 */
  groups?: number;
}

/**
 * Cross-correlates images with a set of filters, as `torch.nn.functional.conv2d` does.
 *
 * | tensor   | shape                            |
 * | -------- | -------------------------------- |
 * | `x`      | `[n, h, w, in]`                  |
 * | `weight` | `[kh, kw, in / groups, out]`     |
 * | result   | `[n, h', w', out]`               |
 *
 * `h' = ⌊(h + 2 · padding − dilation · (kh − 1) − 1) / stride⌋ + 1`. The caller disposes the result.
 *
 * @throws {ShapeError} when the channels do not fit, or the padded image is smaller than a window.
 * @throws {ArgumentError} when `groups` does not divide `out`, or `same` is asked for with a stride.
 *
 * @example
 * ```ts
 * const image = tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
 * const sumOfFour = ones([2, 2, 1, 1]) as Tensor4D;
 * conv2d(image, sumOfFour); // => [[[[10]]]]
 * conv2d(image, sumOfFour, { padding: 1 }).shape; // => [1, 3, 3, 1]
 * ```
 */
export function conv2d(x: Tensor4D, weight: Tensor4D, options: Conv2dOptions = {}): Tensor4D {
  const { bias = null, stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  const strides = toPair(stride);
  const dilations = toPair(dilation);
  const [kh, kw, , out] = weight.shape;
  if (out % groups !== 0) {
    throw new ArgumentError(
      `conv2d: expected groups to divide ${out} output channels, got ${groups}`,
    );
  }
  const amounts = paddingAmounts(padding, [kh, kw], strides, dilations);
  checkConvInput("conv2d", x, weight.shape, amounts, dilations, groups);
  if (hasFusedKernel(FUSED.conv2d)) {
    const inputs: NamedTensorMap =
      bias === null ? { x, filter: weight } : { x, filter: weight, bias };
    const attributes: ConvolutionAttributes = { strides, dilations, padding: amounts, groups };
    return engine().runKernel(FUSED.conv2d, inputs, { ...attributes } as object as NamedAttrMap);
  }
  return tidy(() => {
    const y = grouped(x, weight, { strides, amounts, dilations }, groups);
    return bias === null ? y : add<Tensor4D>(y, bias);
  });
}

interface Geometry {
  readonly strides: readonly [number, number];
  readonly amounts: Padding2d;
  readonly dilations: readonly [number, number];
}

function grouped(x: Tensor4D, weight: Tensor4D, geometry: Geometry, groups: number): Tensor4D {
  if (groups === 1) return convolved(x, weight, geometry, tfConv2d);
  const [kh, kw, within, out] = weight.shape;
  if (within === 1) {
    // One input channel a group: out channel g · m + j is depthwise channel (g, j).
    const filter = reshape<Tensor4D["rankType"]>(weight, [kh, kw, groups, out / groups] as never);
    return convolved(x, filter as Tensor4D, geometry, depthwiseConv2d);
  }
  const inputs = split<Tensor4D>(x, groups, 3);
  const filters = split<Tensor4D>(weight, groups, 3);
  return concat(
    inputs.map((part, g) => convolved(part, filters[g] as Tensor4D, geometry, tfConv2d)),
    3,
  );
}

function convolved(
  x: Tensor4D,
  weight: Tensor4D,
  { strides, amounts, dilations }: Geometry,
  convolve: typeof tfConv2d,
): Tensor4D {
  const strided = Math.max(...strides) > 1;
  const dilated = Math.max(...dilations) > 1;
  // tfjs takes a stride or a dilation, not both: then the filter itself gets the gaps.
  const filter = strided && dilated ? withGaps(weight, dilations) : weight;
  const steps: [number, number] = strided ? [1, 1] : [...dilations];
  return convolve(x, filter, [...strides], tfjsPadding(amounts), "NHWC", steps);
}

/** Puts `dilation − 1` zeros between the rows and columns of a filter. */
function withGaps(weight: Tensor4D, [dh, dw]: readonly [number, number]): Tensor4D {
  const [kh, kw, within, out] = weight.shape;
  const spread = (x: Tensor, before: number, size: number, after: number, gap: number): Tensor => {
    const padded = pad(reshape(x, [before, size, 1, after]), [
      [0, 0],
      [0, 0],
      [0, gap - 1],
      [0, 0],
    ]);
    const kept = (size - 1) * gap + 1;
    return slice(reshape(padded, [before, size * gap, after]), [0, 0, 0], [before, kept, after]);
  };
  const tall = spread(weight, 1, kh, kw * within * out, dh);
  const height = (kh - 1) * dh + 1;
  const wide = spread(tall, height, kw, within * out, dw);
  return reshape(wide, [height, (kw - 1) * dw + 1, within, out]);
}

// A number where it can be one: not every backend takes explicit padding.
function tfjsPadding([vertical, horizontal]: Padding2d): Parameters<typeof tfConv2d>[3] {
  const all = [...vertical, ...horizontal];
  const [first = 0] = all;
  if (all.every((amount) => amount === first)) return first === 0 ? "valid" : first;
  return [[0, 0], [...vertical], [...horizontal], [0, 0]];
}

/**
 * Padding in rows and columns. `same` puts the odd one at the bottom and right, as PyTorch does.
 *
 * @throws {ArgumentError} when `same` is asked for with a stride.
 */
export function paddingAmounts(
  padding: Pair | "same" | "valid",
  kernel: readonly [number, number],
  strides: readonly [number, number],
  dilations: readonly [number, number],
): Padding2d {
  if (padding === "valid")
    return [
      [0, 0],
      [0, 0],
    ];
  if (padding === "same") {
    if (Math.max(...strides) > 1) {
      throw new ArgumentError(`conv2d: expected stride 1 with padding "same", got [${strides}]`);
    }
    const amounts = (axis: 0 | 1): [number, number] => {
      const total = dilations[axis] * (kernel[axis] - 1);
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    };
    return [amounts(0), amounts(1)];
  }
  const [vertical, horizontal] = toPair(padding);
  return [
    [vertical, vertical],
    [horizontal, horizontal],
  ];
}

/** @throws {ShapeError} when the channels do not fit, or the padded image is smaller than a window. */
export function checkConvInput(
  where: string,
  x: Tensor,
  [kh, kw, within]: readonly [number, number, number, number],
  padding: Padding2d,
  dilations: readonly [number, number],
  groups: number,
): void {
  const channels = within * groups;
  if (x.rank !== 4 || x.shape[3] !== channels) {
    const first = x.rank === 4 && x.shape[1] === channels;
    throw new ShapeError(
      where,
      `[n, h, w, ${channels}]`,
      x.shape,
      first ? "channels come last: transpose(x, [0, 2, 3, 1])" : undefined,
    );
  }
  const least = [kh, kw].map((size, i) => {
    const [before, after] = padding[i] as readonly [number, number];
    return (size - 1) * (dilations[i] as number) + 1 - before - after;
  }) as [number, number];
  if ((x.shape[1] as number) < least[0] || (x.shape[2] as number) < least[1]) {
    throw new ShapeError(
      where,
      `[n, h ≥ ${Math.max(1, least[0])}, w ≥ ${Math.max(1, least[1])}, ${channels}] for its ${kh}×${kw} kernel`,
      x.shape,
    );
  }
}
