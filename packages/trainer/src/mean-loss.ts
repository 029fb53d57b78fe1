import { add, clone, type Scalar, stack, tidy } from "@tensorflow/tfjs-core";

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
    if (this.#sums.size === 0) return Number.NaN;
    const entries = [...this.#sums];
    const sums = tidy(() => stack(entries.map(([, { sum }]) => sum)));
    const values = await sums.data().finally(() => sums.dispose());
    let total = 0;
    let samples = 0;
    entries.forEach(([size, { count }], i) => {
      total += size * (values[i] as number);
      samples += size * count;
    });
    return total / samples;
  }

  dispose(): void {
    for (const { sum } of this.#sums.values()) sum.dispose();
    this.#sums.clear();
  }
}
