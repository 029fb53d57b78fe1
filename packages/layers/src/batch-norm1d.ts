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
 * const x: Tensor2D = tensor2d([[1], [3]]);
 * const layer = new BatchNorm1d(1);
 * layer.forward(x); // => [[-1.0000], [1.0000]]
 * layer.eval().forward(x); // => [[0.7628], [2.6697]]; by running statistics, a tenth of the way to the batch's
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
