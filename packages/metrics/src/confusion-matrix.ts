import { ArgumentError } from "@kindling/core";
import {
  cast,
  equal,
  expandDims,
  matMul,
  range,
  type Tensor1D,
  type Tensor2D,
  tidy,
  zeros,
} from "@tensorflow/tfjs-core";
import type { Metric } from "./metric.ts";
import {
  type ClassOutput,
  checkClasses,
  checkClassOutput,
  classesOf,
  predictionsOf,
} from "./predictions.ts";
import { RunningSum, type RunningSumState } from "./running-sum.ts";

/**
 * Counts rows by true class (down) and predicted class (across).
 *
 * A row whose label or prediction is not a class, below 0 or too large, is not counted.
 *
 * @param output - scores `[n, classes]`, or predicted class indices `[n]`, int32.
 * @param labels - `[n]`, int32 class indices.
 * @returns `[classes, classes]`, int32. The caller disposes it.
 * @throws {ArgumentError} when labels are not int32, or `classes` is not a positive whole number.
 * @throws {ShapeError} when there is not one label a row, or the scores have other classes.
 *
 * @example
 * ```ts
 * confusionMatrix(tensor1d([0, 1, 1], "int32"), tensor1d([0, 0, 1], "int32"), 2); // => [[1, 1], [0, 1]]
 * ```
 */
export function confusionMatrix(output: ClassOutput, labels: Tensor1D, classes: number): Tensor2D {
  checkClassOutput("confusionMatrix", output, labels);
  return countPairs(output, labels, classesOf("confusionMatrix", output, classes));
}

/**
 * Counts rows by true class (down) and predicted class (across), over every batch since `reset`.
 *
 * @example
 * ```ts
 * const metric = new ConfusionMatrix(2);
 * metric.update(tensor1d([0, 1, 1], "int32"), tensor1d([0, 0, 1], "int32"));
 * await metric.compute(); // => [[1, 1], [0, 1]]
 * ```
 */
export class ConfusionMatrix implements Metric<ClassOutput, Tensor1D, number[][]> {
  readonly name: string = "confusionMatrix";
  readonly higherIsBetter = null;
  /** How many classes there are: rows and columns. */
  readonly classes: number;
  readonly #counts = new RunningSum<Tensor2D>();

  /** @throws {ArgumentError} when `classes` is not a positive whole number. */
  constructor(classes: number) {
    checkClasses("ConfusionMatrix", classes);
    this.classes = classes;
  }

  /**
   * Adds a batch.
   *
   * @param output - scores `[n, classes]`, or predicted class indices `[n]`, int32.
   * @param labels - `[n]`, int32 class indices.
   * @throws {ArgumentError} when labels are not int32.
   * @throws {ShapeError} when there is not one label a row, or the scores have other classes.
   */
  update(output: ClassOutput, labels: Tensor1D): void {
    checkClassOutput("ConfusionMatrix", output, labels);
    classesOf("ConfusionMatrix", output, this.classes);
    if (labels.size === 0) return;
    this.#counts.add(() => countPairs(output, labels, this.classes));
  }

  /** Rows are true classes, columns predicted ones. */
  async compute(): Promise<number[][]> {
    const counts = await this.#counts.total("ConfusionMatrix").data();
    return Array.from({ length: this.classes }, (_, row) =>
      Array.from(counts.subarray(row * this.classes, (row + 1) * this.classes)),
    );
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

  /** @throws {ArgumentError} when the other has another number of classes. */
  merge(other: ConfusionMatrix): void {
    if (other.classes !== this.classes) {
      throw new ArgumentError(
        `ConfusionMatrix: expected a metric of ${this.classes} classes, got ${other.classes}`,
      );
    }
    this.#counts.merge(other.#counts);
  }
}

/** The counts of a checked batch. */
export function countPairs(output: ClassOutput, labels: Tensor1D, classes: number): Tensor2D {
  if (labels.size === 0) return zeros([classes, classes], "int32");
  return tidy(() => {
    const actual = indicators(labels, classes);
    const predicted = indicators(predictionsOf(output), classes);
    // float32 counts to 2²⁴ exactly, more rows than a batch has; the totals are int32.
    const counts: Tensor2D = matMul(actual, predicted, true, false);
    return cast(counts, "int32");
  });
}

/** `[n, classes]`, float32. tfjs's `oneHot` refuses one class, and on stock wasm writes integers as floats. */
function indicators(indices: Tensor1D, classes: number): Tensor2D {
  const each: Tensor2D = expandDims(indices, 1); // [n, 1]
  return cast(equal<Tensor2D>(each, range(0, classes, 1, "int32")), "float32");
}
