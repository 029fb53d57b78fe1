import { checkedCount } from "./checked-count.ts";
import type { IndexBatches, Sampler } from "./sampler.ts";

/** What a {@link BatchSampler} takes besides the indices. */
export interface BatchSamplerOptions {
  /** Samples a batch. */
  batchSize: number;
  /** Leave out a last batch that is not full. @defaultValue `false` */
  dropLast?: boolean;
}

/**
 * Cuts a sampler's indices into batches.
 *
 * @throws {ArgumentError} when `batchSize` is not a positive integer.
 *
 * @example
 * ```ts
 * [...new BatchSampler([7, 8, 9], { batchSize: 2 })]; // => [[7, 8], [9]]
 * ```
 */
export class BatchSampler implements IndexBatches {
  /** The order of the samples. */
  readonly sampler: Sampler;
  /** Samples a batch. */
  readonly batchSize: number;
  /** True leaves out a last batch that is not full. */
  readonly dropLast: boolean;

  constructor(sampler: Sampler, { batchSize, dropLast = false }: BatchSamplerOptions) {
    this.sampler = sampler;
    this.batchSize = checkedCount("BatchSampler", "batchSize", batchSize);
    this.dropLast = dropLast;
  }

  /** How many batches one iteration gives. */
  get length(): number {
    const batches = this.sampler.length / this.batchSize;
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  /** The indices of each batch. */
  *[Symbol.iterator](): Iterator<number[], undefined> {
    let batch: number[] = [];
    for (const index of this.sampler) {
      batch.push(index);
      if (batch.length === this.batchSize) {
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0 && !this.dropLast) yield batch;
    return undefined;
  }
}
