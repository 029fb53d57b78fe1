import { ArgumentError, ShapeError } from "@kindling/core";
import { mean, type Scalar, sum, type Tensor } from "@tensorflow/tfjs-core";

/** What becomes of the losses of single values: their mean, their sum, or nothing. */
export type Reduction = "mean" | "sum" | "none";

/** A scalar, unless nothing is reduced. */
export type Reduced<R extends Reduction> = R extends "none" ? Tensor : Scalar;

/** What losses of single values become. */
export interface ReductionOptions<R extends Reduction> {
  /** Their mean, their sum, or none: each by itself. @defaultValue "mean" */
  reduction?: R;
}

/** Applies the reduction. */
export function reduced<R extends Reduction>(losses: Tensor, reduction: Reduction): Reduced<R> {
  // The compiler cannot tell which branch of Reduced a value of R selects.
  const result = reduction === "mean" ? mean(losses) : reduction === "sum" ? sum(losses) : losses;
  return result as Reduced<R>;
}

/** @throws {ArgumentError} unless it is one of the three. */
export function checkReduction(where: string, reduction: string): void {
  if (reduction !== "mean" && reduction !== "sum" && reduction !== "none") {
    throw new ArgumentError(
      `${where}: expected the reduction to be mean, sum or none, got ${reduction}`,
    );
  }
}

/** @throws {ShapeError} unless both have the same shape: broadcasting a loss is nearly always a mistake. */
export function checkSameShape(where: string, output: Tensor, target: Tensor): void {
  if (output.shape.join() !== target.shape.join()) {
    throw new ShapeError(where, `[${target.shape.join(", ")}] (the target's)`, output.shape);
  }
}
