import { ArgumentError } from "@kindling/core";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import { AVERAGES, type Average, type ClassScore, checkAverage, scoreOf } from "./class-scores.ts";
import { countPairs } from "./confusion-matrix.ts";
import type { Metric } from "./metric.ts";
import { type ClassOutput, checkClasses, checkClassOutput, classesOf } from "./predictions.ts";
import { RunningSum, type RunningSumState } from "./running-sum.ts";

/** What {@link Precision}, {@link Recall} and {@link F1} take besides the classes. */
export interface ClassScoreMetricOptions {
  /** How the scores of the classes become one number. @defaultValue "macro" */
  average?: Average;
}

/**
 * What `Precision`, `Recall` and `F1` share: a confusion matrix on the device, and its score.
 *
 * @example
 * ```ts
 * const metrics: ClassScoreMetric[] = [new Precision(2), new Recall(2), new F1(2)];
 * for (const metric of metrics) {
 *   metric.update(tensor1d([0, 1, 1], "int32"), tensor1d([0, 0, 1], "int32"));
 * }
 * await Promise.all(metrics.map((metric) => metric.compute())); // => [0.75, 0.75, 0.6667]
 * ```
 */
export abstract class ClassScoreMetric implements Metric<ClassOutput, Tensor1D> {
  readonly name: ClassScore;
  readonly higherIsBetter = true;
  /** How many classes there are. */
  readonly classes: number;
  /** How the scores of the classes become one number. */
  readonly average: Average;
  readonly #counts = new RunningSum<Tensor2D>();

  /** @throws {ArgumentError} when `classes` is not a positive whole number, or `average` is unknown. */
  constructor(name: ClassScore, classes: number, { average = "macro" }: ClassScoreMetricOptions) {
    checkClasses(name, classes);
    checkAverage(name, average, AVERAGES);
    this.name = name;
    this.classes = classes;
    this.average = average;
  }

  /**
   * Adds a batch; one without rows counts nothing.
   *
   * @param output - scores `[n, classes]`, or predicted class indices `[n]`, int32.
   * @param labels - `[n]`, int32 class indices.
   * @throws {ArgumentError} when labels are not int32.
   * @throws {ShapeError} when there is not one label a row, or the scores have other classes.
   */
  update(output: ClassOutput, labels: Tensor1D): void {
    checkClassOutput(this.name, output, labels);
    classesOf(this.name, output, this.classes);
    if (labels.size === 0) return;
    this.#counts.add(() => countPairs(output, labels, this.classes));
  }

  async compute(): Promise<number> {
    const score = scoreOf(this.#counts.total(this.name), this.name, this.average);
    try {
      const [value] = await score.data();
      return value as number;
    } finally {
      score.dispose();
    }
  }

  reset(): void {
    this.#counts.dispose();
  }

  dispose(): void {
    this.reset();
  }

  state(): Promise<RunningSumState> {
    return this.#counts.state();
  }

  restore(state: RunningSumState): void {
    this.#counts.restore(state);
  }

  /** @throws {ArgumentError} when the other has other classes or another average. */
  merge(other: ClassScoreMetric): void {
    const describe = ({ name, classes, average }: ClassScoreMetric) =>
      `${average} ${name} of ${classes} classes`;
    if (describe(other) !== describe(this)) {
      throw new ArgumentError(
        `${this.name}: expected a metric of ${describe(this)}, got ${describe(other)}`,
      );
    }
    this.#counts.merge(other.#counts);
  }
}
