import { ArgumentError } from "@kindling/core";
import { avgPool, mul, type Tensor4D, tensor4d, tidy } from "@tensorflow/tfjs-core";
import type { Pair } from "../pair.ts";
import { pad2d } from "./pad2d.ts";
import { checkPool, type PoolAxis, type PoolOptions, poolGeometry } from "./pool-geometry.ts";

/** What {@link avgPool2d} and {@link AvgPool2d} take besides the window. */
export interface AvgPool2dOptions extends PoolOptions {
  /** Zeros of the padding count as values. @defaultValue true */
  countIncludePad?: boolean;
  /** Divides each window's sum by this instead of by how many values it has. @defaultValue null */
  divisorOverride?: number | null;
}

/**
 * The mean of each window of `[n, h, w, c]`, channel by channel. The caller disposes the result.
 *
 * @throws {ShapeError} when `x` is not an image batch, or smaller than a window.
 * @throws {ArgumentError} when a size is not positive, the padding more than half the kernel, or the
 *   divisor 0.
 *
 * @example
 * ```ts
 * avgPool2d(tensor4d([1, 2, 3, 6], [1, 2, 2, 1]), 2); // => [[[[3]]]]
 * ```
 */
export function avgPool2d(x: Tensor4D, kernelSize: Pair, options: AvgPool2dOptions = {}): Tensor4D {
  checkPool("avgPool2d", kernelSize, options);
  checkDivisor("avgPool2d", options.divisorOverride ?? null);
  const axes = poolGeometry("avgPool2d", x, kernelSize, options);
  const [rows, columns] = axes;
  const kernel: [number, number] = [rows.kernel, columns.kernel];
  const steps: [number, number] = [rows.stride, columns.stride];
  return tidy(() => {
    // Padded here, not by avgPool: that divides by another count, and its gradient by yet another.
    const padded = axes.some(({ padding, after }) => padding + after > 0)
      ? pad2d(x, [
          [rows.padding, rows.after],
          [columns.padding, columns.after],
        ])
      : x;
    const y = avgPool(padded, kernel, steps, "valid");
    const factors = correction(axes, options);
    return factors.every((factor) => factor === 1)
      ? y
      : mul<Tensor4D>(y, tensor4d(factors, [1, rows.output, columns.output, 1]));
  });
}

/** What each window's mean over the whole kernel is to be multiplied by. */
function correction(
  [rows, columns]: readonly [PoolAxis, PoolAxis],
  { countIncludePad = true, divisorOverride = null }: AvgPool2dOptions,
): Float32Array {
  const area = rows.kernel * columns.kernel;
  const heights = counts(rows, countIncludePad);
  const widths = counts(columns, countIncludePad);
  return Float32Array.from({ length: rows.output * columns.output }, (_, i) => {
    const height = heights[Math.floor(i / columns.output)] as number;
    const width = widths[i % columns.output] as number;
    return area / (divisorOverride ?? height * width);
  });
}

/** How many pixels of each window count: within the padded image, or within the image. */
function counts(axis: PoolAxis, includePadding: boolean): number[] {
  const { size, kernel, stride, padding, output } = axis;
  const low = includePadding ? -padding : 0;
  const high = includePadding ? size + padding : size;
  return Array.from({ length: output }, (_, i) => {
    const start = i * stride - padding;
    return Math.min(start + kernel, high) - Math.max(start, low);
  });
}

/** @throws {ArgumentError} when the divisor is 0 or not a number. */
export function checkDivisor(where: string, divisor: number | null): void {
  if (divisor === 0 || Number.isNaN(divisor)) {
    throw new ArgumentError(`${where}: expected a divisorOverride other than 0, got ${divisor}`);
  }
}
