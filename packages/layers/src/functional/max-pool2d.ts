import { gather, maxPool, type Tensor4D, tensor1d, tidy } from "@tensorflow/tfjs-core";
import type { Pair } from "../pair.ts";
import { pad2d } from "./pad2d.ts";
import { checkPool, type PoolAxis, type PoolOptions, poolGeometry } from "./pool-geometry.ts";

/** What {@link maxPool2d} and {@link MaxPool2d} take besides the window. */
export interface MaxPool2dOptions extends PoolOptions {
  /** Pixels from one value of a window to the next. @defaultValue 1 */
  dilation?: Pair;
}

/**
 * The largest value in each window of `[n, h, w, c]`, channel by channel. Padding never wins: it is −∞.
 *
 * The gradient goes to the first of equal values, as in PyTorch. The caller disposes the result.
 *
 * @throws {ShapeError} when `x` is not an image batch, or smaller than a window.
 * @throws {ArgumentError} when a size is not positive, or the padding more than half the kernel.
 *
 * @example
 * ```ts
 * maxPool2d(tensor4d([1, 2, 3, 6], [1, 2, 2, 1]), 2); // => [[[[6]]]]
 * ```
 */
export function maxPool2d(x: Tensor4D, kernelSize: Pair, options: MaxPool2dOptions = {}): Tensor4D {
  const { dilation = 1 } = options;
  checkPool("maxPool2d", kernelSize, options, dilation);
  const axes = poolGeometry("maxPool2d", x, kernelSize, options, dilation);
  const [rows, columns] = axes;
  const kernel: [number, number] = [rows.kernel, columns.kernel];
  const steps: [number, number] = [rows.stride, columns.stride];
  const even = axes.every(({ padding, after }) => padding === after && padding === rows.padding);
  if (even && axes.every((axis) => axis.dilation === 1)) {
    return maxPool(x, kernel, steps, rows.padding === 0 ? "valid" : rows.padding);
  }
  return tidy(() => {
    const padded = axes.some(({ padding, after }) => padding + after > 0)
      ? pad2d(
          x,
          [
            [rows.padding, rows.after],
            [columns.padding, columns.after],
          ],
          "zeros",
          Number.NEGATIVE_INFINITY,
        )
      : x;
    if (axes.every((axis) => axis.dilation === 1)) return maxPool(padded, kernel, steps, "valid");
    // Windows with gaps become windows without: each one's pixels are copied side by side.
    const laidOut = gather(gather(padded, windowIndices(rows), 1), windowIndices(columns), 2);
    return maxPool(laidOut, kernel, kernel, "valid");
  });
}

function windowIndices({
  output,
  kernel,
  stride,
  dilation,
}: PoolAxis): ReturnType<typeof tensor1d> {
  const indices = Int32Array.from(
    { length: output * kernel },
    (_, i) => Math.floor(i / kernel) * stride + (i % kernel) * dilation,
  );
  return tensor1d(indices, "int32");
}
