import type { Tensor4D } from "@tensorflow/tfjs-core";
import { BatchNorm } from "./batch-norm-base.ts";

/**
 * Standardises each channel of images, over the batch while training and by running statistics after.
 *
 * | tensor                                         | shape           |
 * | ---------------------------------------------- | --------------- |
 * | input, output                                  | `[n, h, w, c]`  |
 * | `weight`, `bias`, `runningMean`, `runningVar`  | `[c]`           |
 *
 * Normalises with the biased variance and tracks the unbiased one. `weight` starts at 1, `bias` at 0.
 *
 * @throws {ShapeError} when the input is not `[n, h, w, c]`, or has one value a channel to train on.
 * @throws {ArgumentError} when `numFeatures` is not an integer from 1.
 *
 * @example
 * ```ts
 * new BatchNorm2d(8).forward(ones([64, 28, 28, 8])).shape; // => [64, 28, 28, 8]
 * ```
 */
export class BatchNorm2d extends BatchNorm<Tensor4D> {
  override forward(x: Tensor4D): Tensor4D {
    return this.normalized(x);
  }

  protected override get inputs(): Readonly<Record<number, string>> {
    return { 4: "n, h, w" };
  }
}
