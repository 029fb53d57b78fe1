import { checkedCount } from "./checked-count.ts";
import type { IndexBatches, Sampler } from "./sampler.ts";

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
  readonly sampler: Sampler;
  readonly batchSize: number;
  readonly dropLast: boolean;

  constructor(sampler: Sampler, { batchSize, dropLast = false }: BatchSamplerOptions) {
    this.sampler = sampler;
    this.batchSize = checkedCount("BatchSampler", "batchSize", batchSize);
    this.dropLast = dropLast;
  }

  get length(): number {
    const batches = this.sampler.length / this.batchSize;
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

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
