import { ArgumentError, defaultGenerator, type Generator } from "@kindling/core";
import { checkedCount } from "./checked-count.ts";
import type { Sampler } from "./sampler.ts";

/** How a {@link WeightedRandomSampler} draws. */
export interface WeightedRandomSamplerOptions {
  /** Draw each index independently, so that it may come again. @defaultValue `true` */
  replacement?: boolean;
  /** Where the draws come from. @defaultValue `defaultGenerator` */
  generator?: Generator;
}

const TWO_TO_32 = 2 ** 32;
const TWO_TO_MINUS_53 = 2 ** -53;

/**
 * Indices drawn in proportion to their weights, which need not sum to 1.
 *
 * With replacement and two or more samples the draws are PyTorch's for the same seed. PyTorch makes the
 * others with a generator of Intel's library that cannot be matched; here they are seeded and repeat.
 *
 * @throws {ArgumentError} when a weight is negative or not finite, all are 0, `numSamples` is not a
 *   positive integer, or, without replacement, there are fewer positive weights than samples.
 *
 * @example
 * ```ts
 * const labels = [0, 0, 0, 1];
 * // As many of the second class as of the first.
 * const weights = labels.map((label) => (label === 0 ? 1 : 3));
 * [...new WeightedRandomSampler(weights, 8, { generator })]; // => [3, 3, 2, 3, 3, 3, 1, 2]
 * ```
 */
export class WeightedRandomSampler implements Sampler {
  /** How many indices an iteration gives. */
  readonly length: number;
  /** True draws each index independently. */
  readonly replacement: boolean;
  readonly #weights: Float64Array;
  readonly #generator: Generator;

  constructor(
    weights: ArrayLike<number>,
    numSamples: number,
    { replacement = true, generator = defaultGenerator }: WeightedRandomSamplerOptions = {},
  ) {
    this.length = checkedCount("WeightedRandomSampler", "numSamples", numSamples);
    this.replacement = replacement;
    this.#weights = Float64Array.from(weights, (weight, index) => {
      if (weight >= 0 && Number.isFinite(weight)) return weight;
      throw new ArgumentError(
        `WeightedRandomSampler: expected finite weights from 0, got ${weight} at ${index}`,
      );
    });
    this.#generator = generator;
    const positive = this.#weights.filter((weight) => weight > 0).length;
    const needed = replacement ? 1 : numSamples;
    if (positive < needed) {
      throw new ArgumentError(
        `WeightedRandomSampler: expected at least ${needed} positive weights, got ${positive}`,
      );
    }
  }

  /** New draws each time. */
  *[Symbol.iterator](): Iterator<number, undefined> {
    yield* this.replacement ? this.#independent() : this.#distinct();
    return undefined;
  }

  // torch.multinomial: the cumulative distribution in float64, and one 53-bit draw a sample.
  #independent(): Int32Array {
    let sum = 0;
    const cumulative = this.#weights.map((weight) => {
      sum += weight;
      return sum;
    });
    const normalised = cumulative.map((value) => value / sum);
    return Int32Array.from({ length: this.length }, () => {
      const u = this.#uniform();
      let low = 0;
      let high = normalised.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((normalised[middle] as number) < u) low = middle + 1;
        else high = middle;
      }
      return low;
    });
  }

  // The exponential race (Efraimidis and Spirakis, 2006): the shortest waits, in order.
  #distinct(): Int32Array {
    const waits = this.#weights.map((weight) => {
      const wait = -Math.log1p(-this.#uniform());
      return weight > 0 ? wait / weight : Number.POSITIVE_INFINITY;
    });
    const order = Int32Array.from(waits.keys()).sort(
      (a, b) => (waits[a] as number) - (waits[b] as number),
    );
    return order.subarray(0, this.length);
  }

  #uniform(): number {
    const high = this.#generator.random();
    const low = this.#generator.random();
    return ((high & 0x1fffff) * TWO_TO_32 + low) * TWO_TO_MINUS_53;
  }
}
