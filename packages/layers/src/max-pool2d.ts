import type { Tensor4D } from "@tensorflow/tfjs-core";
import { type MaxPool2dOptions, maxPool2d } from "./functional/max-pool2d.ts";
import { checkPool, poolGeometry } from "./functional/pool-geometry.ts";
import { Module } from "./module.ts";
import type { Pair } from "./pair.ts";
import { python } from "./python.ts";

/**
 * The largest value in each window, channel by channel; padding counts as −∞.
 *
 * | tensor | shape            |
 * | ------ | ---------------- |
 * | input  | `[n, h, w, c]`   |
 * | output | `[n, h', w', c]` |
 *
 * `h' = ⌊(h + 2 · padding − dilation · (kernel − 1) − 1) / stride⌋ + 1`; rounded up with `ceilMode`, unless
 * the last window would begin in the padding after the image.
 *
 * @throws {ShapeError} when the input is not an image batch, or smaller than a window.
 * @throws {ArgumentError} when a size is not positive, or the padding more than half the kernel.
 *
 * @example
 * ```ts
 * new MaxPool2d(2).forward(zeros([64, 28, 28, 8])).shape; // => [64, 14, 14, 8]
 * ```
 */
export class MaxPool2d extends Module<Tensor4D, Tensor4D> {
  /** Height and width of a window, in pixels. */
  readonly kernelSize: Pair;
  /** Pixels from one window to the next. */
  readonly stride: Pair;
  /** Rows and columns added on each side. */
  readonly padding: Pair;
  /** Pixels from one value of a window to the next. */
  readonly dilation: Pair;
  /** True adds a last, partial window where there are pixels left. */
  readonly ceilMode: boolean;

  constructor(kernelSize: Pair, options: MaxPool2dOptions = {}) {
    super();
    checkPool("MaxPool2d", kernelSize, options, options.dilation);
    this.kernelSize = kernelSize;
    this.stride = options.stride ?? kernelSize;
    this.padding = options.padding ?? 0;
    this.dilation = options.dilation ?? 1;
    this.ceilMode = options.ceilMode ?? false;
  }

  override forward(x: Tensor4D): Tensor4D {
    poolGeometry("MaxPool2d", x, this.kernelSize, this, this.dilation);
    return maxPool2d(x, this.kernelSize, this);
  }

  override extraRepr(): string {
    return (
      `kernel_size=${python(this.kernelSize)}, stride=${python(this.stride)}, ` +
      `padding=${python(this.padding)}, dilation=${python(this.dilation)}, ` +
      `ceil_mode=${python(this.ceilMode)}`
    );
  }
}
