import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import { ClassScoreMetric, type ClassScoreMetricOptions } from "./class-score-metric.ts";
import { type ClassScoreOptions, classScore } from "./class-scores.ts";
import type { ClassOutput } from "./predictions.ts";

/**
 * The harmonic mean of precision and recall, `2 · hits / (predicted + actual)`, from 0 to 1; 0 for an absent class.
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
 * f1(predicted, tensor1d([0, 0, 1], "int32"), { classes: 2, average: "none" }); // => [0.667, 0.667]
 * ```
 */
export function f1(output: ClassOutput, labels: Tensor1D, options: ClassScoreOptions = {}): Tensor {
  return classScore("f1", output, labels, options);
}

/**
 * The F1 score over every batch since `reset`, averaged over the classes; from 0 to 1.
 *
 * @example
 * ```ts
 * const metric = new F1(2);
 * metric.update(tensor1d([0, 1, 1], "int32"), tensor1d([0, 0, 1], "int32"));
 * await metric.compute(); // => 0.6667
 * ```
 */
export class F1 extends ClassScoreMetric {
  /** @throws {ArgumentError} when `classes` is not a positive whole number, or `average` is unknown. */
  constructor(classes: number, options: ClassScoreMetricOptions = {}) {
    super("f1", classes, options);
  }
}
