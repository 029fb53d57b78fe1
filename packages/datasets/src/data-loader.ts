import { ArgumentError, defaultGenerator, type Generator } from "@kindling/core";
import { batches } from "./batches.ts";
import type { Collated } from "./collate.ts";
import { type Collate, collateSamples, type Dataset, gatherBatch, transformed } from "./dataset.ts";
import { BatchSampler } from "./samplers/batch-sampler.ts";
import { checkedCount } from "./samplers/checked-count.ts";
import { RandomSampler } from "./samplers/random-sampler.ts";
import type { IndexBatches, Sampler } from "./samplers/sampler.ts";
import { SequentialSampler } from "./samplers/sequential-sampler.ts";
import type { ImageTransform } from "./transforms/image-transform.ts";

/** What a {@link DataLoader} takes besides the dataset. */
export interface DataLoaderOptions {
  /** Samples a batch. @defaultValue `1` */
  batchSize?: number;
  /** A new random order each iteration. @defaultValue `false` */
  shuffle?: boolean;
  /** Leave out a last batch that is not full. @defaultValue `false` */
  dropLast?: boolean;
  /** Where the shuffled order comes from. @defaultValue `defaultGenerator` */
  generator?: Generator;
  /** The order of the samples, in place of `shuffle`; also a plain array of indices. @defaultValue from the first to the last */
  sampler?: Sampler;
  /** The indices of each batch, in place of `batchSize`, `shuffle`, `dropLast` and `sampler`. @defaultValue made of those */
  batchSampler?: IndexBatches;
  /** Batches to start preparing ahead; for datasets that wait for a disk or a network. @defaultValue `0` */
  prefetch?: number;
  /** Applied to the dataset's images before they become a tensor. @defaultValue the dataset's own */
  transform?: ImageTransform;
}

/** The options of a loader whose samples are joined by a function of the user's. */
export interface CollatingOptions<Sample, Batch> extends Omit<DataLoaderOptions, "transform"> {
  /** Makes a batch of samples, in place of the dataset's `batch`. */
  collate: Collate<Sample, Batch>;
}

/**
 * Batches of a dataset, in PyTorch's order for the same seed.
 *
 * Each iteration is independent and starts anew. A batch's tensors belong to the loader, which disposes
 * them when the loop asks for the next batch or leaves, by `break`, `return` or an exception too; `clone`
 * what must live longer. A batch is prepared when it is asked for, or up to `prefetch` batches earlier.
 *
 * @throws {ArgumentError} for sizes that are not positive integers, options that exclude each other, a
 *   dataset to be shuffled that is empty, or one without images to `transform`.
 *
 * @example
 * ```ts
 * const loader = new DataLoader(train, { batchSize: 12, shuffle: true });
 * const sizes: number[] = [];
 * for await (const [images, labels] of loader) {
 *   const loss = optimizer.step(() => criterion.forward(model.forward(images), labels));
 *   loss.dispose();
 *   sizes.push(labels.size);
 * }
 * sizes; // => [12, 12, 8]
 * ```
 */
export class DataLoader<Sample, Batch = Collated<Sample>> implements AsyncIterable<Batch> {
  /** Where the samples come from, with `transform` applied. */
  readonly dataset: Dataset<Sample, unknown>;
  /** Samples a batch; null when a `batchSampler` decides. */
  readonly batchSize: number | null;
  readonly #indices: IndexBatches;
  readonly #prepare: (indices: ArrayLike<number>) => Batch | Promise<Batch>;
  readonly #generator: Generator;
  readonly #prefetch: number;

  constructor(dataset: Dataset<Sample, unknown>, options: CollatingOptions<Sample, Batch>);
  constructor(dataset: Dataset<Sample, Batch>, options?: DataLoaderOptions);
  constructor(
    dataset: Dataset<Sample, Batch>,
    options: DataLoaderOptions & Partial<CollatingOptions<Sample, Batch>> = {},
  ) {
    const { generator = defaultGenerator, prefetch = 0, transform, collate } = options;
    rejectConflicts(options);
    const source = transform ? transformed("DataLoader", dataset, transform) : dataset;
    this.dataset = source;
    this.batchSize = options.batchSampler ? null : (options.batchSize ?? 1);
    this.#indices = options.batchSampler ?? batchSampler(dataset, options);
    this.#prepare = collate
      ? (indices) => collateSamples(source, indices, collate)
      : (indices) => gatherBatch(source, indices);
    this.#generator = generator;
    this.#prefetch = checkedCount("DataLoader", "prefetch", prefetch, 0);
  }

  /** How many batches one iteration gives. */
  get length(): number {
    return this.#indices.length;
  }

  /** A new pass over the dataset. Call `return` on it when leaving before its end: `for await` does. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Batch, undefined> {
    // torch seeds its worker processes with this draw; there are none, but what is drawn next depends on it.
    this.#generator.random64();
    return batches(this.#indices, this.#prepare, this.#prefetch);
  }
}

function batchSampler(dataset: Dataset, options: DataLoaderOptions): IndexBatches {
  const { batchSize = 1, shuffle = false, dropLast = false, generator } = options;
  const ordered = (): Sampler =>
    shuffle
      ? new RandomSampler(dataset, generator ? { generator } : {})
      : new SequentialSampler(dataset);
  checkedCount("DataLoader", "batchSize", batchSize);
  return new BatchSampler(options.sampler ?? ordered(), { batchSize, dropLast });
}

// Pairs of which the first decides what the second says.
const CONFLICTS = [
  ["sampler", "shuffle"],
  ["batchSampler", "sampler"],
  ["batchSampler", "batchSize"],
  ["batchSampler", "shuffle"],
  ["batchSampler", "dropLast"],
  ["collate", "transform"],
] as const;

function rejectConflicts(
  options: Partial<Record<(typeof CONFLICTS)[number][number], unknown>>,
): void {
  for (const [first, second] of CONFLICTS) {
    if (options[first] && options[second]) {
      throw new ArgumentError(
        `DataLoader: expected ${first} or ${second}, got both; leave ${second} out`,
      );
    }
  }
}
