import { ArgumentError, ShapeError } from "@kindling/core";
import {
  cast,
  div,
  equal,
  expandDims,
  type Scalar,
  scalar,
  sum,
  type Tensor1D,
  type Tensor2D,
  tidy,
  topk,
} from "@tensorflow/tfjs-core";
import type { Metric } from "./metric.ts";
import { checkClassOutput } from "./predictions.ts";
import { RunningSum, type ShareState } from "./running-sum.ts";

/**
 * Share of rows whose true class is among the `k` highest scores, from 0 to 1; NaN for no rows.
 *
 * Of equal scores the first count as the highest.
 *
 * @param scores - `[n, classes]`, logits or probabilities.
 * @param labels - `[n]`, int32 class indices.
 * @param k - 1 to the number of classes.
 * @returns a float32 scalar. The caller disposes it.
 * @throws {ArgumentError} when `k` is out of its range, or labels are not int32.
 * @throws {ShapeError} when there is not one label a row.
 *
 * @example
 * ```ts
 * topKAccuracy(tensor2d([[0.2, 0.5, 0.3]]), tensor1d([2], "int32"), 2); // => 1
 * ```
 */
export function topKAccuracy(scores: Tensor2D, labels: Tensor1D, k: number): Scalar {
  check("topKAccuracy", scores, labels, k);
  const rows = labels.size;
  if (rows === 0) return scalar(Number.NaN);
  return tidy(() => div(cast(found(scores, labels, k), "float32"), scalar(rows)));
}

/**
 * Share of rows whose true class is among the `k` highest scores, over every batch since `reset`.
 *
 * @example
 * ```ts
 * const metric = new TopKAccuracy(2);
 * metric.update(tensor2d([[0.2, 0.5, 0.3]]), tensor1d([2], "int32"));
 * metric.update(tensor2d([[0.2, 0.5, 0.3]]), tensor1d([0], "int32"));
 * await metric.compute(); // => 0.5
 * ```
 */
export class TopKAccuracy implements Metric<Tensor2D, Tensor1D> {
  readonly name: string;
  readonly higherIsBetter = true;
  /** How many of the highest scores count. */
  readonly k: number;
  readonly #found = new RunningSum<Scalar>();
  #rows = 0;

  /**
   * @param k - a whole number from 1.
   * @throws {ArgumentError} when it is not.
   */
  constructor(k: number) {
    checkK("TopKAccuracy", k);
    this.k = k;
    this.name = `top${k}Accuracy`;
  }

  /**
   * Adds a batch; one without rows counts nothing.
   *
   * @param scores - `[n, classes]`, logits or probabilities.
   * @param labels - `[n]`, int32 class indices.
   * @throws {ArgumentError} when labels are not int32, or there are fewer classes than `k`.
   * @throws {ShapeError} when there is not one label a row.
   */
  update(scores: Tensor2D, labels: Tensor1D): void {
    check("TopKAccuracy", scores, labels, this.k);
    if (labels.size === 0) return;
    this.#found.add(() => found(scores, labels, this.k));
    this.#rows += labels.size;
  }

  async compute(): Promise<number> {
    const rows = this.#rows;
    const [count] = await this.#found.total("TopKAccuracy").data();
    return (count as number) / rows;
  }

  reset(): void {
    this.#found.dispose();
    this.#rows = 0;
  }

  dispose(): void {
    this.reset();
  }

  async state(): Promise<ShareState> {
    const rows = this.#rows;
    return { sum: await this.#found.state(), rows };
  }

  restore({ sum, rows }: ShareState): void {
    this.#found.restore(sum);
    this.#rows = rows;
  }

  /** @throws {ArgumentError} when the other has another `k`. */
  merge(other: TopKAccuracy): void {
    if (other.k !== this.k) {
      throw new ArgumentError(`TopKAccuracy: expected a metric of k ${this.k}, got ${other.k}`);
    }
    this.#found.merge(other.#found);
    this.#rows += other.#rows;
  }
}

function found(scores: Tensor2D, labels: Tensor1D, k: number): Scalar {
  return tidy(() => {
    const { indices } = topk(scores, k); // [n, k]
    return sum<Scalar>(equal(indices, expandDims(labels, 1)), [0, 1]);
  });
}

function check(where: string, scores: Tensor2D, labels: Tensor1D, k: number): void {
  checkClassOutput(where, scores, labels);
  if (scores.rank !== 2) throw new ShapeError(where, "[n, classes]", scores.shape);
  checkK(where, k, scores.shape[1]);
}

function checkK(where: string, k: number, classes: number = Number.POSITIVE_INFINITY): void {
  if (Number.isInteger(k) && k >= 1 && k <= classes) return;
  const range = Number.isFinite(classes) ? `from 1 to ${classes}, the classes` : "from 1";
  throw new ArgumentError(`${where}: expected k to be a whole number ${range}, got ${k}`);
}
