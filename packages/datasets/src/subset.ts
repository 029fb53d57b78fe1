import type { Collated } from "./collate.ts";
import { type Dataset, gatherBatch, transformed } from "./dataset.ts";
import { checkedIndex, type Indices } from "./indices.ts";
import type { ImageTransform } from "./transforms/image-transform.ts";

/**
 * The samples of a dataset at the given indices, in their order.
 *
 * @throws {ArgumentError} when an index is not one of the dataset's.
 *
 * @example
 * ```ts
 * const firstTen = new Subset(train, Array.from({ length: 10 }, (_, i) => i));
 * firstTen.length; // => 10
 * ```
 */
export class Subset<Sample, Batch = Collated<Sample>> implements Dataset<Sample, Batch> {
  /** Where the samples come from. */
  readonly dataset: Dataset<Sample, Batch>;
  /** Positions in `dataset`. */
  readonly indices: Int32Array;

  constructor(dataset: Dataset<Sample, Batch>, indices: Indices) {
    this.dataset = dataset;
    this.indices = Int32Array.from(indices, (index) =>
      checkedIndex("Subset", index, dataset.length),
    );
  }

  get length(): number {
    return this.indices.length;
  }

  /** @throws {ArgumentError} when there is no such index. */
  get(index: number): Sample | Promise<Sample> {
    return this.dataset.get(this.#inner(index));
  }

  /** The caller disposes the batch. @throws {ArgumentError} when there is no such index. */
  batch(indices: Indices): Batch | Promise<Batch> {
    return gatherBatch(
      this.dataset,
      Int32Array.from(indices, (index) => this.#inner(index)),
    );
  }

  /**
   * The same samples with another transform of their images.
   *
   * @throws {ArgumentError} when the dataset has none.
   */
  withTransform(transform: ImageTransform): Subset<Sample, Batch> {
    return new Subset(transformed("Subset", this.dataset, transform), this.indices);
  }

  #inner(index: number): number {
    return this.indices[checkedIndex("Subset", index, this.length)] as number;
  }
}
