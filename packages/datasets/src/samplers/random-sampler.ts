import { ArgumentError, defaultGenerator, Generator } from "@kindling/core";
import { checkedCount } from "./checked-count.ts";
import type { Sampler, Sized } from "./sampler.ts";

/** How a {@link RandomSampler} draws. */
export interface RandomSamplerOptions {
  /** Draw each index independently, so that it may come again. @defaultValue `false` */
  replacement?: boolean;
  /** How many indices an iteration gives. @defaultValue the dataset's length */
  numSamples?: number;
  /**
   * Where the order comes from. @defaultValue a new generator each iteration, seeded with one 64-bit
   * draw of the default generator
   */
  generator?: Generator;
}

// torch draws this many indices at a time with replacement.
const BLOCK = 32;

/**
 * Indices in random order, PyTorch's order for the same seed.
 *
 * Without replacement every index comes once before any comes again.
 *
 * @throws {ArgumentError} when there is nothing to sample, or `numSamples` is not a positive integer.
 *
 * @example
 * ```ts
 * [...new RandomSampler({ length: 5 }, { generator })]; // => [4, 0, 1, 3, 2]
 * ```
 */
export class RandomSampler implements Sampler {
  /** How many indices an iteration gives. */
  readonly length: number;
  /** True draws each index independently. */
  readonly replacement: boolean;
  readonly #count: number;
  readonly #generator: Generator | undefined;

  constructor(
    dataset: Sized,
    { replacement = false, numSamples = dataset.length, generator }: RandomSamplerOptions = {},
  ) {
    if (dataset.length === 0) {
      throw new ArgumentError(
        "RandomSampler: expected a dataset with samples, got an empty one; do not shuffle it",
      );
    }
    this.length = checkedCount("RandomSampler", "numSamples", numSamples);
    this.replacement = replacement;
    this.#count = dataset.length;
    this.#generator = generator;
  }

  /** A new order each time. */
  *[Symbol.iterator](): Iterator<number, undefined> {
    const generator = this.#generator ?? seededByDefault();
    for (let left = this.length; left > 0; ) {
      const block = this.replacement
        ? Int32Array.from({ length: Math.min(BLOCK, left) }, () => generator.integer(this.#count))
        : generator.permutation(this.#count);
      yield* block.subarray(0, left);
      left -= block.length;
    }
    // torch's last line draws one permutation more, for the remainder, also when there is none.
    if (!this.replacement && this.length % this.#count === 0) {
      generator.permutation(this.#count);
    }
    return undefined;
  }
}

function seededByDefault(): Generator {
  // A Generator takes the low 32 bits of its seed.
  return new Generator(Number(BigInt.asUintN(32, defaultGenerator.random64())));
}
