import type { Tensor4D } from "@tensorflow/tfjs-core";
import { type AvgPool2dOptions, avgPool2d, checkDivisor } from "./functional/avg-pool2d.ts";
import { checkPool, poolGeometry } from "./functional/pool-geometry.ts";
import { Module } from "./module.ts";
import type { Pair } from "./pair.ts";
import { python } from "./python.ts";

/**
 * The mean of each window, channel by channel.
 *
 * | tensor | shape            |
 * | ------ | ---------------- |
 * | input  | `[n, h, w, c]`   |
 * | output | `[n, h', w', c]` |
 *
 * `h' = ⌊(h + 2 · padding − kernel) / stride⌋ + 1`; rounded up with `ceilMode`, unless the last window would
 * begin in the padding after the image.
 *
 * @throws {ShapeError} when the input is not an image batch, or smaller than a window.
 * @throws {ArgumentError} when a size is not positive, the padding more than half the kernel, or the
 *   divisor 0.
 *
 * @example
 * ```ts
 * new AvgPool2d(2).forward(zeros([64, 28, 28, 8])).shape; // => [64, 14, 14, 8]
 * ```
 */
export class AvgPool2d extends Module<Tensor4D, Tensor4D> {
  /** Height and width of a window, in pixels. */
  readonly kernelSize: Pair;
  /** Pixels from one window to the next. */
  readonly stride: Pair;
  /** Rows and columns added on each side. */
  readonly padding: Pair;
  /** True adds a last, partial window where there are pixels left. */
  readonly ceilMode: boolean;
  /** True counts zeros of the padding as values. */
  readonly countIncludePad: boolean;
  /** What each window's sum is divided by; null for how many values it has. */
  readonly divisorOverride: number | null;

  constructor(kernelSize: Pair, options: AvgPool2dOptions = {}) {
    super();
    checkPool("AvgPool2d", kernelSize, options);
    checkDivisor("AvgPool2d", options.divisorOverride ?? null);
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.ceilMode = options.ceilMode ?? false;
    this.countIncludePad = options.countIncludePad ?? true;
    this.divisorOverride = options.divisorOverride ?? null;
  }

  override forward(x: Tensor4D): Tensor4D {
    poolGeometry("AvgPool2d", x, this.kernelSize, this);
    return avgPool2d(x, this.kernelSize, this);
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding } = this;
    return `kernel_size=${python(kernelSize)}, stride=${python(stride)}, padding=${python(padding)}`;
  }
}
