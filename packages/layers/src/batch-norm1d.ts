import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import { BatchNorm } from "./batch-norm-base.ts";

/**
 * Standardises each feature, over the batch while training and by running statistics after.
 *
 * | tensor                                         | shape                     |
 * | ---------------------------------------------- | ------------------------- |
 * | input, output                                  | `[n, c]` or `[n, l, c]`   |
 * | `weight`, `bias`, `runningMean`, `runningVar`  | `[c]`                     |
 *
 * Normalises with the biased variance and tracks the unbiased one. `weight` starts at 1, `bias` at 0.
 *
 * @throws {ShapeError} when the input is neither, or has one value a feature to train on.
 * @throws {ArgumentError} when `numFeatures` is not an integer from 1.
 *
 * @example
 * ```ts
 * new BatchNorm1d(8).forward(ones([64, 8])).shape; // => [64, 8]
 * ```
 */
export class BatchNorm1d extends BatchNorm<Tensor2D | Tensor3D> {
  override forward<T extends Tensor2D | Tensor3D>(x: T): T {
    return this.normalized(x);
  }

  protected override get inputs(): Readonly<Record<number, string>> {
    return { 2: "n", 3: "n, l" };
  }
}
