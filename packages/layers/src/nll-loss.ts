import type { Rank, Tensor } from "@tensorflow/tfjs-core";
import type { Buffer } from "./buffer.ts";
import { type ClassWeights, weightBuffer } from "./class-weights.ts";
import { type NllLossOptions, nllLoss } from "./functional/losses.ts";
import { checkReduction, type Reduced, type Reduction } from "./functional/reduction.ts";
import { Module } from "./module.ts";

/** What {@link NLLLoss} takes. */
export interface NLLLossOptions<R extends Reduction = "mean">
  extends Omit<NllLossOptions<R>, "weight"> {
  /** How much each class counts; saved with the loss. @defaultValue null */
  weight?: ClassWeights;
}

/**
 * The negative log-likelihood of class indices, given log-probabilities.
 *
 * | tensor             | shape                                         |
 * | ------------------ | --------------------------------------------- |
 * | `logProbabilities` | `[n, ..., classes]`                           |
 * | `target`           | int32 `[n, ...]`                              |
 * | result             | a scalar, or `[n, ...]` with reduction `none` |
 *
 * An index that is no class makes the loss NaN; nothing is read from the device.
 *
 * @throws {ShapeError} when the shapes do not fit.
 * @throws {ArgumentError} when the target is of another type, or an option out of its range.
 *
 * @example
 * ```ts
 * new NLLLoss().forward(logSoftmax(zeros([2, 4])), tensor1d([0, 3], "int32")); // => 1.386294
 * ```
 */
export class NLLLoss<R extends Reduction = "mean"> extends Module<[Tensor, Tensor], Reduced<R>> {
  /** `[classes]`, how much each class counts; null when all count alike. */
  readonly weight: Buffer<Rank.R1> | null;
  /** Samples with this label count nothing. */
  readonly ignoreIndex: number;
  /** What becomes of the losses of single samples. */
  readonly reduction: Reduction;

  constructor(options: NLLLossOptions<R> = {}) {
    super();
    const { weight = null, ignoreIndex = -100, reduction = "mean" } = options;
    checkReduction("NLLLoss", reduction);
    this.weight = weightBuffer(weight);
    this.ignoreIndex = ignoreIndex;
    this.reduction = reduction;
  }

  override forward(logProbabilities: Tensor, target: Tensor): Reduced<R> {
    return nllLoss(logProbabilities, target, this) as Reduced<R>;
  }
}
