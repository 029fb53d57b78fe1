import { ArgumentError, defaultGenerator, type Generator } from "@kindling/core";
import type { Collated } from "./collate.ts";
import type { Dataset } from "./dataset.ts";
import { Subset } from "./subset.ts";

/** How {@link randomSplit} draws. */
export interface RandomSplitOptions {
  /** Where the order comes from. @defaultValue `defaultGenerator` */
  generator?: Generator;
}

/** One subset a length. */
export type Split<Lengths extends readonly number[], Sample, Batch> = {
  -readonly [Index in keyof Lengths]: Subset<Sample, Batch>;
};

// Python's math.isclose, which torch asks whether the lengths are fractions.
const RELATIVE_TOLERANCE = 1e-9;

/**
 * Splits a dataset at random into parts that do not overlap, in PyTorch's order for the same seed.
 *
 * @param lengths - counts that sum to the dataset's length, or fractions that sum to 1. A fraction
 *   gives `floor(length × fraction)` samples; what is left goes one each to the parts, from the first.
 * @throws {ArgumentError} when they sum to neither, or one is negative or not finite.
 *
 * @example
 * ```ts
 * const [train, validation] = randomSplit(dataset, [0.8, 0.2], { generator });
 * [train.length, validation.length]; // => [26, 6]
 * ```
 */
export function randomSplit<
  const Lengths extends readonly number[],
  Sample,
  Batch = Collated<Sample>,
>(
  dataset: Dataset<Sample, Batch>,
  lengths: Lengths,
  { generator = defaultGenerator }: RandomSplitOptions = {},
): Split<Lengths, Sample, Batch> {
  const counts = countsOf(lengths, dataset.length);
  const order = generator.permutation(dataset.length);
  let offset = 0;
  const parts = counts.map((count) => {
    offset += count;
    return new Subset(dataset, order.subarray(offset - count, offset));
  });
  return parts as unknown as Split<Lengths, Sample, Batch>; // `map` forgets the tuple's length
}

function countsOf(lengths: readonly number[], total: number): number[] {
  for (const [index, length] of lengths.entries()) {
    if (!(length >= 0 && Number.isFinite(length))) {
      throw new ArgumentError(
        `randomSplit: expected counts or fractions from 0, got ${length} at ${index}`,
      );
    }
  }
  const sum = lengths.reduce((a, b) => a + b, 0);
  if (Math.abs(sum - 1) <= RELATIVE_TOLERANCE * Math.max(sum, 1)) {
    const counts = lengths.map((fraction) => Math.floor(total * fraction));
    const remainder = total - counts.reduce((a, b) => a + b, 0);
    for (let i = 0; i < remainder; i++) (counts[i % counts.length] as number) += 1;
    return counts;
  }
  if (!lengths.every(Number.isInteger)) {
    throw new ArgumentError(`randomSplit: expected fractions to sum to 1, got ${sum}`);
  }
  if (sum !== total) {
    throw new ArgumentError(
      `randomSplit: expected counts to sum to ${total} (the dataset's length), got ${sum}`,
    );
  }
  return [...lengths];
}
