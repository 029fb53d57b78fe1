import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import { ClassScoreMetric, type ClassScoreMetricOptions } from "./class-score-metric.ts";
import { type ClassScoreOptions, classScore } from "./class-scores.ts";
import type { ClassOutput } from "./predictions.ts";

/**
 * Of the rows predicted as a class, the share that is of it, from 0 to 1; 0 for a class never predicted.
 *
 * @param output - scores `[n, classes]`, or predicted class indices `[n]`, int32.
 * @param labels - `[n]`, int32 class indices.
 * @returns a float32 scalar, or `[classes]` for the average `none`. The caller disposes it.
 * @throws {ArgumentError} when labels are not int32, the average is unknown, or `classes` is missing.
 * @throws {ShapeError} when there is not one label a row, or the scores have other classes.
 *
 * @example
 * ```ts
 * const predicted = tensor1d([0, 1, 1], "int32");
 * precision(predicted, tensor1d([0, 0, 1], "int32"), { classes: 2, average: "none" }); // => [1, 0.5]
 * ```
 */
export function precision(
  output: ClassOutput,
  labels: Tensor1D,
  options: ClassScoreOptions = {},
): Tensor {
  return classScore("precision", output, labels, options);
}

/**
 * The precision over every batch since `reset`, averaged over the classes; from 0 to 1.
 *
 * @example
 * ```ts
 * const metric = new Precision(2);
 * metric.update(tensor1d([0, 1, 1], "int32"), tensor1d([0, 0, 1], "int32"));
 * await metric.compute(); // => 0.75
 * ```
 */
export class Precision extends ClassScoreMetric {
  /** @throws {ArgumentError} when `classes` is not a positive whole number, or `average` is unknown. */
  constructor(classes: number, options: ClassScoreMetricOptions = {}) {
    super("precision", classes, options);
  }
}
