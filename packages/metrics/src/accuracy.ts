import {
  cast,
  div,
  equal,
  type Scalar,
  scalar,
  sum,
  type Tensor1D,
  tidy,
} from "@tensorflow/tfjs-core";
import type { Metric } from "./metric.ts";
import { type ClassOutput, checkClassOutput, predictionsOf } from "./predictions.ts";
import { RunningSum, type ShareState } from "./running-sum.ts";

/**
 * Share of rows whose highest score sits on the true class, from 0 to 1; NaN for no rows.
 *
 * Of equal scores the first counts as the highest.
 *
 * @param output - scores `[n, classes]`, or predicted class indices `[n]`, int32.
 * @param labels - `[n]`, int32 class indices.
 * @returns a float32 scalar. The caller disposes it.
 * @throws {ArgumentError} when labels are not int32.
 * @throws {ShapeError} when there is not one label a row.
 *
 * @example
 * ```ts
 * accuracy(tensor2d([[0.1, 0.9], [0.8, 0.2]]), tensor1d([1, 1], "int32")); // => 0.5
 * ```
 */
export function accuracy(output: ClassOutput, labels: Tensor1D): Scalar {
  checkClassOutput("accuracy", output, labels);
  const rows = output.shape[0];
  if (rows === 0) return scalar(Number.NaN);
  return tidy(() => div(cast(correct(output, labels), "float32"), scalar(rows)));
}

/**
 * Share of correct predictions over every batch since `reset`, from 0 to 1.
 *
 * @example
 * ```ts
 * const metric = new Accuracy();
 * metric.update(tensor2d([[0.1, 0.9], [0.8, 0.2]]), tensor1d([1, 1], "int32"));
 * metric.update(tensor1d([0, 1], "int32"), tensor1d([0, 1], "int32"));
 * await metric.compute(); // => 0.75
 * ```
 */
export class Accuracy implements Metric<ClassOutput, Tensor1D> {
  readonly name: string = "accuracy";
  readonly higherIsBetter = true;
  readonly #correct = new RunningSum<Scalar>();
  #rows = 0;

  /**
   * Adds a batch; one without rows counts nothing.
   *
   * @param output - scores `[n, classes]`, or predicted class indices `[n]`, int32.
   * @param labels - `[n]`, int32 class indices.
   * @throws {ArgumentError} when labels are not int32.
   * @throws {ShapeError} when there is not one label a row.
   */
  update(output: ClassOutput, labels: Tensor1D): void {
    checkClassOutput("Accuracy", output, labels);
    if (labels.size === 0) return;
    this.#correct.add(() => correct(output, labels));
    this.#rows += labels.size;
  }

  async compute(): Promise<number> {
    const rows = this.#rows;
    const [count] = await this.#correct.total("Accuracy").data();
    return (count as number) / rows;
  }

  reset(): void {
    this.#correct.dispose();
    this.#rows = 0;
  }

  dispose(): void {
    this.reset();
  }

  async state(): Promise<ShareState> {
    const rows = this.#rows;
    return { sum: await this.#correct.state(), rows };
  }

  restore({ sum, rows }: ShareState): void {
    this.#correct.restore(sum);
    this.#rows = rows;
  }

  merge(other: Accuracy): void {
    this.#correct.merge(other.#correct);
    this.#rows += other.#rows;
  }
}

/** How many rows are right, an int32 scalar. */
function correct(output: ClassOutput, labels: Tensor1D): Scalar {
  return tidy(() => sum<Scalar>(equal(predictionsOf(output), labels), 0));
}
