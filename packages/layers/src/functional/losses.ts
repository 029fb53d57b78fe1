import {
  abs,
  add,
  div,
  mul,
  neg,
  reshape,
  softplus,
  squaredDifference,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tidy,
} from "@tensorflow/tfjs-core";
import { type ClassLossOptions, checkClassLoss, classTargets } from "./class-targets.ts";
import { offTape } from "./off-tape.ts";
import {
  checkReduction,
  checkSameShape,
  type Reduced,
  type Reduction,
  type ReductionOptions,
  reduced,
} from "./reduction.ts";

/** What {@link nllLoss} takes besides scores and target. */
export interface NllLossOptions<R extends Reduction = "mean">
  extends ClassLossOptions,
    ReductionOptions<R> {}

/**
 * The negative log-likelihood of class indices: {@link crossEntropy} on what `logSoftmax` gives.
 *
 * @param logProbabilities - `[n, ..., classes]`
 * @param target - int32 class indices `[n, ...]`; one that is no class makes the loss NaN.
 * @returns a scalar, or `[n, ...]` with reduction `none`; the caller disposes it.
 * @throws {ShapeError} when the shapes do not fit.
 * @throws {ArgumentError} when the target is not int32, or an option out of its range.
 *
 * @example
 * ```ts
 * nllLoss(logSoftmax(tensor2d([[2, 0]])), tensor1d([0], "int32")); // => 0.1269
 * ```
 */
export function nllLoss<R extends Reduction = "mean">(
  logProbabilities: Tensor,
  target: Tensor,
  options: NllLossOptions<R> = {},
): Reduced<R> {
  const { reduction = "mean", weight = null } = options;
  checkReduction("nllLoss", reduction);
  checkClassLoss("nllLoss", logProbabilities, target, weight);
  const classes = logProbabilities.shape.at(-1) as number;
  return tidy(() => {
    const rows = reshape(logProbabilities, [-1, classes]);
    const { targets, total } = offTape(() => classTargets(target, classes, options, 0));
    const losses = neg(sum(mul(targets, rows), 1));
    if (reduction === "mean") return div(sum(losses), total) as Reduced<R>;
    return reduced<R>(reshape(losses, target.shape), reduction);
  });
}

/**
 * The squared difference, by default its mean over all values.
 *
 * @param output - any shape.
 * @param target - of the shape of `output`.
 * @returns a scalar, or of the shape of `output` with reduction `none`; the caller disposes it.
 * @throws {ShapeError} when the shapes differ.
 * @throws {ArgumentError} for an unknown reduction.
 *
 * @example
 * ```ts
 * mseLoss(tensor1d([1, 2]), tensor1d([1, 4])); // => 2
 * ```
 */
export function mseLoss<R extends Reduction = "mean">(
  output: Tensor,
  target: Tensor,
  { reduction }: ReductionOptions<R> = {},
): Reduced<R> {
  checkReduction("mseLoss", reduction ?? "mean");
  checkSameShape("mseLoss", output, target);
  return tidy(() => reduced<R>(squaredDifference(output, target), reduction ?? "mean"));
}

/**
 * The absolute difference, by default its mean over all values.
 *
 * @param output - any shape.
 * @param target - of the shape of `output`.
 * @returns a scalar, or of the shape of `output` with reduction `none`; the caller disposes it.
 * @throws {ShapeError} when the shapes differ.
 * @throws {ArgumentError} for an unknown reduction.
 *
 * @example
 * ```ts
 * l1Loss(tensor1d([1, 2]), tensor1d([1, 4]), { reduction: "none" }); // => [0, 2]
 * ```
 */
export function l1Loss<R extends Reduction = "mean">(
  output: Tensor,
  target: Tensor,
  { reduction }: ReductionOptions<R> = {},
): Reduced<R> {
  checkReduction("l1Loss", reduction ?? "mean");
  checkSameShape("l1Loss", output, target);
  return tidy(() => reduced<R>(abs(sub(output, target)), reduction ?? "mean"));
}

/** What {@link binaryCrossEntropyWithLogits} takes besides logits and target. */
export interface BinaryCrossEntropyOptions<R extends Reduction = "mean">
  extends ReductionOptions<R> {
  /** `[classes]`, how much positive targets count. @defaultValue null */
  posWeight?: Tensor1D | null;
}

/**
 * Binary cross-entropy of logits with targets from 0 to 1; finite for logits of any size.
 *
 * @param logits - any shape.
 * @param target - of the shape of `logits`.
 * @returns a scalar, or of the shape of `logits` with reduction `none`; the caller disposes it.
 * @throws {ShapeError} when the shapes differ.
 * @throws {ArgumentError} for an unknown reduction.
 *
 * @example
 * ```ts
 * binaryCrossEntropyWithLogits(tensor1d([0]), tensor1d([1])); // => 0.6931
 * ```
 */
export function binaryCrossEntropyWithLogits<R extends Reduction = "mean">(
  logits: Tensor,
  target: Tensor,
  { reduction, posWeight = null }: BinaryCrossEntropyOptions<R> = {},
): Reduced<R> {
  checkReduction("binaryCrossEntropyWithLogits", reduction ?? "mean");
  checkSameShape("binaryCrossEntropyWithLogits", logits, target);
  return tidy(() => {
    const missed = softplus(neg(logits)); // −log σ(x)
    const balance =
      posWeight === null ? missed : mul(missed, add(mul(sub(posWeight, 1), target), 1));
    const losses = add(sub(logits, mul(logits, target)), balance);
    return reduced<R>(losses, reduction ?? "mean");
  });
}
