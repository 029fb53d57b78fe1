import { add, clone, type Scalar, scalar, stack, tidy } from "@tensorflow/tfjs-core";

/** The sum of `count` losses of batches of one size, for each size. */
export type MeanLossState = readonly {
  readonly size: number;
  readonly sum: number;
  readonly count: number;
}[];

/**
 * The mean of losses weighted by batch size, on the device until it is asked for.
 *
 * Sums losses separately for each batch size, usually two (a full batch and the last), so that a step
 * costs one addition and uploads nothing, and the weighting happens in float64.
 */
export class MeanLoss {
  readonly #sums = new Map<number, { sum: Scalar; count: number }>();

  /** @param loss - stays the caller's. */
  add(loss: Scalar, size: number): void {
    const entry = this.#sums.get(size);
    if (entry === undefined) {
      this.#sums.set(size, { sum: clone(loss), count: 1 });
      return;
    }
    const previous = entry.sum;
    entry.sum = add(previous, loss);
    entry.count++;
    previous.dispose();
  }

  /** NaN before the first loss; one read. */
  async compute(): Promise<number> {
    let total = 0;
    let samples = 0;
    for (const { size, sum, count } of await this.state()) {
      total += size * sum;
      samples += size * count;
    }
    return total / samples;
  }

  /** What {@link restore} goes on from; one read. */
  async state(): Promise<MeanLossState> {
    if (this.#sums.size === 0) return [];
    const entries = [...this.#sums].map(([size, { sum, count }]) => ({ size, sum, count }));
    const sums = tidy(() => stack(entries.map(({ sum }) => sum)));
    const values = await sums.data().finally(() => sums.dispose());
    return entries.map(({ size, count }, i) => ({ size, sum: values[i] as number, count }));
  }

  restore(state: MeanLossState): void {
    this.dispose();
    for (const { size, sum, count } of state) this.#sums.set(size, { sum: scalar(sum), count });
  }

  dispose(): void {
    for (const { sum } of this.#sums.values()) sum.dispose();
    this.#sums.clear();
  }
}
