import type { Rank, Tensor } from "@tensorflow/tfjs-core";
import type { Buffer } from "./buffer.ts";
import { type ClassWeights, weightBuffer } from "./class-weights.ts";
import { binaryCrossEntropyWithLogits } from "./functional/losses.ts";
import {
  checkReduction,
  type Reduced,
  type Reduction,
  type ReductionOptions,
} from "./functional/reduction.ts";
import { Module } from "./module.ts";

/** What {@link BCEWithLogitsLoss} takes. */
export interface BCEWithLogitsLossOptions<R extends Reduction = "mean">
  extends ReductionOptions<R> {
  /** How much positive targets count, one number a class; saved with the loss. @defaultValue null */
  posWeight?: ClassWeights;
}

/**
 * Binary cross-entropy of logits with targets from 0 to 1; finite for logits of any size.
 *
 * | tensor         | shape                                                 |
 * | -------------- | ----------------------------------------------------- |
 * | output, target | any, equal                                            |
 * | result         | a scalar, or the output's shape with reduction `none` |
 *
 * @throws {ShapeError} when the shapes differ.
 * @throws {ArgumentError} for an unknown reduction.
 *
 * @example
 * ```ts
 * new BCEWithLogitsLoss().forward(tensor1d([0]), tensor1d([1])); // => 0.693147
 * ```
 */
export class BCEWithLogitsLoss<R extends Reduction = "mean"> extends Module<
  [Tensor, Tensor],
  Reduced<R>
> {
  /** `[classes]`, how much positive targets count; null when all count alike. */
  readonly posWeight: Buffer<Rank.R1> | null;
  /** What becomes of the losses of single values. */
  readonly reduction: Reduction;

  constructor({ reduction, posWeight = null }: BCEWithLogitsLossOptions<R> = {}) {
    super();
    checkReduction("BCEWithLogitsLoss", reduction ?? "mean");
    this.posWeight = weightBuffer(posWeight, "pos_weight");
    this.reduction = reduction ?? "mean";
  }

  override forward(logits: Tensor, target: Tensor): Reduced<R> {
    return binaryCrossEntropyWithLogits(logits, target, this) as Reduced<R>;
  }
}
