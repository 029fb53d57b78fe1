import type { Rank, Tensor } from "@tensorflow/tfjs-core";
import type { Buffer } from "./buffer.ts";
import { type ClassWeights, weightBuffer } from "./class-weights.ts";
import {
  type CrossEntropyOptions,
  checkSmoothing,
  crossEntropy,
} from "./functional/cross-entropy.ts";
import { checkReduction, type Reduced, type Reduction } from "./functional/reduction.ts";
import { Module } from "./module.ts";

/** What {@link CrossEntropyLoss} takes. */
export interface CrossEntropyLossOptions<R extends Reduction = "mean">
  extends Omit<CrossEntropyOptions<R>, "weight"> {
  /** How much each class counts; saved with the loss. @defaultValue null */
  weight?: ClassWeights;
}

/**
 * The cross-entropy of logits with class indices or with probabilities.
 *
 * | tensor   | shape                                            |
 * | -------- | ------------------------------------------------ |
 * | `logits` | `[n, ..., classes]`                              |
 * | `target` | int32 `[n, ...]`, or float32 `[n, ..., classes]` |
 * | result   | a scalar, or `[n, ...]` with reduction `none`    |
 *
 * An index that is no class is an error on wasm, which sees it at no cost, and makes the loss NaN elsewhere:
 * nothing is read from the device.
 *
 * @throws {ShapeError} when the shapes do not fit.
 * @throws {ArgumentError} when the target is of another type or, on wasm, an index no class; or an option is
 *   out of its range.
 *
 * @example
 * ```ts
 * new CrossEntropyLoss().forward(zeros([2, 4]), tensor1d([0, 3], "int32")); // => 1.386294
 * ```
 */
export class CrossEntropyLoss<R extends Reduction = "mean"> extends Module<
  [Tensor, Tensor],
  Reduced<R>
> {
  /** `[classes]`, how much each class counts; null when all count alike. */
  readonly weight: Buffer<Rank.R1> | null;
  /** Samples with this label count nothing. */
  readonly ignoreIndex: number;
  /** The share of the target that is spread evenly over the classes, 0 to 1. */
  readonly labelSmoothing: number;
  /** What becomes of the losses of single samples. */
  readonly reduction: Reduction;

  constructor(options: CrossEntropyLossOptions<R> = {}) {
    super();
    const { weight = null, ignoreIndex = -100, labelSmoothing = 0, reduction = "mean" } = options;
    checkReduction("CrossEntropyLoss", reduction);
    checkSmoothing("CrossEntropyLoss", labelSmoothing);
    this.weight = weightBuffer(weight);
    this.ignoreIndex = ignoreIndex;
    this.labelSmoothing = labelSmoothing;
    this.reduction = reduction;
  }

  override forward(logits: Tensor, target: Tensor): Reduced<R> {
    return crossEntropy(logits, target, this) as Reduced<R>;
  }
}
