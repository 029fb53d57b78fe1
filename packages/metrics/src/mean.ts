import { ArgumentError, NotComputableError, ShapeError } from "@kindling/core";
import {
  add,
  keep,
  mul,
  reshape,
  type Scalar,
  scalar,
  stack,
  sub,
  type Tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import type { Metric } from "./metric.ts";

/** A float32 sum and what its rounding has lost so far (Kahan): a plain one stalls over a long epoch. */
interface CompensatedSum {
  readonly sum: Tensor;
  readonly lost: Tensor;
}

/** What a {@link Mean} has gathered; `values` are the sum and what its rounding has lost. */
export interface MeanState {
  readonly values: Float32Array | null;
  readonly weight: number;
}

/**
 * The weighted mean of scalars, such as the loss of each batch weighted with its size.
 *
 * The mean is not finite, infinite or NaN, once a value is not.
 *
 * @example
 * ```ts
 * const trainLoss = new Mean();
 * trainLoss.update(criterion.forward(logits, labels), labels.size);
 * trainLoss.update(2, 64); // a number will do too
 * await trainLoss.compute(); // => 1.9
 * ```
 */
export class Mean implements Metric<Scalar | number, number> {
  readonly name: string = "mean";
  readonly higherIsBetter = null;
  #state: CompensatedSum | null = null;
  #weight = 0;

  /**
   * Adds a value.
   *
   * @param value - a tensor of one value, or a number. The tensor stays the caller's.
   * @param weight - 0 or more; with 0 the value does not count, whatever it is. @defaultValue 1
   * @throws {ShapeError} when the tensor does not hold one value.
   * @throws {ArgumentError} when the weight is negative or not finite.
   */
  update(value: Scalar | number, weight: number = 1): void {
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new ArgumentError(`Mean: expected a weight of 0 or more, got ${weight}`);
    }
    if (typeof value !== "number" && value.size !== 1) {
      throw new ShapeError("Mean", "[]", value.shape, "reduce it with mean()");
    }
    if (weight === 0) return;
    this.#add(() => {
      if (typeof value === "number") return scalar(value * weight);
      const flat = value.rank === 0 ? value : reshape(value, []);
      return weight === 1 ? flat : mul(flat, scalar(weight));
    });
    this.#weight += weight;
  }

  async compute(): Promise<number> {
    if (this.#state === null) {
      throw new NotComputableError(
        "Mean: expected at least one sample before compute, got none; call update first",
      );
    }
    const weight = this.#weight;
    const [sum] = await this.#state.sum.data();
    return (sum as number) / weight;
  }

  reset(): void {
    this.#state?.sum.dispose();
    this.#state?.lost.dispose();
    this.#state = null;
    this.#weight = 0;
  }

  dispose(): void {
    this.reset();
  }

  async state(): Promise<MeanState> {
    const weight = this.#weight;
    if (this.#state === null) return { values: null, weight };
    const { sum, lost } = this.#state;
    const both = stack([sum, lost]);
    try {
      return { values: Float32Array.from(await both.data()), weight };
    } finally {
      both.dispose();
    }
  }

  restore({ values, weight }: MeanState): void {
    this.reset();
    if (values === null) return;
    const [sum = Number.NaN, lost = 0] = values;
    this.#state = { sum: keep(scalar(sum)), lost: keep(scalar(lost)) };
    this.#weight = weight;
  }

  merge(other: Mean): void {
    const state = other.#state;
    if (state === null) return;
    this.#add(() => sub(state.sum, state.lost));
    this.#weight += other.#weight;
  }

  #add(part: () => Tensor): void {
    const previous = this.#state;
    this.#state = tidy(() => {
      const before = previous ?? { sum: scalar(0), lost: scalar(0) };
      const own = sub(part(), before.lost);
      const sum = add(before.sum, own);
      return { sum: keep(sum), lost: keep(sub(sub(sum, before.sum), own)) };
    });
    previous?.sum.dispose();
    previous?.lost.dispose();
  }
}
