import { ArgumentError, ShapeError } from "@kindling/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { checkPair, type Pair, toPair } from "../pair.ts";

/** The windows along one axis, in pixels. */
export interface PoolAxis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  /** How many windows. */
  readonly output: number;
  /** Padding at the end that the last window needs, beyond `padding` only with `ceilMode`. */
  readonly after: number;
}

/** How the windows of a pooling lie. */
export interface PoolOptions {
  /** Pixels from one window to the next. @defaultValue the kernel's size */
  stride?: Pair | undefined;
  /** Rows and columns added on each side, at most half the kernel. @defaultValue 0 */
  padding?: Pair;
  /** Adds a last, partial window where there are pixels left. @defaultValue false */
  ceilMode?: boolean;
}

/** @throws {ArgumentError} when a size is not positive, or the padding more than half the kernel. */
export function checkPool(
  where: string,
  kernelSize: Pair,
  { stride = kernelSize, padding = 0 }: PoolOptions,
  dilation: Pair = 1,
): void {
  checkPair(where, "kernelSize", kernelSize, 1);
  checkPair(where, "stride", stride, 1);
  checkPair(where, "padding", padding, 0);
  checkPair(where, "dilation", dilation, 1);
  const kernel = toPair(kernelSize);
  const gaps = toPair(dilation);
  toPair(padding).forEach((amount, i) => {
    const most = Math.floor((((kernel[i] as number) - 1) * (gaps[i] as number) + 1) / 2);
    if (amount > most) {
      throw new ArgumentError(
        `${where}: expected padding of at most half the kernel, ${most}, got ${amount}`,
      );
    }
  });
}

/**
 * torch's pooling_output_shape: a partial last window counts with `ceilMode`, if it begins inside the
 * image or its leading padding.
 *
 * @throws {ShapeError} when the input is not an image batch, or smaller than a window.
 */
export function poolGeometry(
  where: string,
  x: Tensor,
  kernelSize: Pair,
  { stride = kernelSize, padding = 0, ceilMode = false }: PoolOptions,
  dilation: Pair = 1,
): readonly [height: PoolAxis, width: PoolAxis] {
  if (x.rank !== 4) throw new ShapeError(where, "[n, h, w, c]", x.shape);
  const along = (axis: 0 | 1): PoolAxis => {
    const size = x.shape[axis + 1] as number;
    const kernel = toPair(kernelSize)[axis];
    const step = toPair(stride)[axis];
    const before = toPair(padding)[axis];
    const gap = toPair(dilation)[axis];
    const reach = gap * (kernel - 1) + 1;
    const room = size + 2 * before - reach;
    let output = (ceilMode ? Math.ceil(room / step) : Math.floor(room / step)) + 1;
    if (ceilMode && (output - 1) * step >= size + before) output--;
    if (output < 1 || size < 1) {
      throw new ShapeError(
        where,
        `[n, h, w, c] with at least ${Math.max(1, reach - 2 * before)} pixels for its kernel of ${kernel}`,
        x.shape,
      );
    }
    const after = Math.max(before, (output - 1) * step + reach - size - before);
    return { size, kernel, stride: step, padding: before, dilation: gap, output, after };
  };
  return [along(0), along(1)];
}
