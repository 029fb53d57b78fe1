import type { Tensor } from "@tensorflow/tfjs-core";
import { mseLoss } from "./functional/losses.ts";
import {
  checkReduction,
  type Reduced,
  type Reduction,
  type ReductionOptions,
} from "./functional/reduction.ts";
import { Module } from "./module.ts";

/**
 * The squared difference, by default its mean over all values.
 *
 * | tensor         | shape                                                |
 * | -------------- | ---------------------------------------------------- |
 * | output, target | any, equal                                           |
 * | result         | a scalar, or the output's shape with reduction `none` |
 *
 * @throws {ShapeError} when the shapes differ.
 * @throws {ArgumentError} for an unknown reduction.
 *
 * @example
 * ```ts
 * new MSELoss().forward(tensor1d([1, 2]), tensor1d([1, 4])); // => 2
 * ```
 */
export class MSELoss<R extends Reduction = "mean"> extends Module<[Tensor, Tensor], Reduced<R>> {
  /** What becomes of the losses of single values. */
  readonly reduction: Reduction;

  constructor({ reduction }: ReductionOptions<R> = {}) {
    super();
    checkReduction("MSELoss", reduction ?? "mean");
    this.reduction = reduction ?? "mean";
  }

  override forward(output: Tensor, target: Tensor): Reduced<R> {
    return mseLoss(output, target, this) as Reduced<R>;
  }
}
