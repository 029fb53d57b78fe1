import { ArgumentError } from "@kindling/core";
import { concat, gather, Tensor, tensor1d, tidy } from "@tensorflow/tfjs-core";
import type { Collated } from "./collate.ts";
import { type Dataset, gatherBatch, transformed } from "./dataset.ts";
import { checkedIndex, type Indices } from "./indices.ts";
import { isRecord, tensorsIn } from "./tensors-in.ts";
import type { ImageTransform } from "./transforms/image-transform.ts";

/**
 * Several datasets one after the other.
 *
 * A batch whose samples all come from one dataset is that dataset's own; a mixed one is gathered from
 * each and put in order on the device.
 *
 * @throws {ArgumentError} when there is no dataset.
 *
 * @example
 * ```ts
 * const digits = new ConcatDataset([await mnist({ train: true }), await mnist({ train: false })]);
 * digits.length; // => 70000
 * ```
 */
export class ConcatDataset<Sample, Batch = Collated<Sample>> implements Dataset<Sample, Batch> {
  /** The parts, in order. */
  readonly datasets: readonly Dataset<Sample, Batch>[];
  readonly length: number;
  /** The position of each dataset's first sample. */
  readonly #starts: readonly number[];

  constructor(datasets: Iterable<Dataset<Sample, Batch>>) {
    this.datasets = Array.from(datasets);
    if (this.datasets.length === 0) {
      throw new ArgumentError("ConcatDataset: expected at least one dataset, got none");
    }
    let length = 0;
    this.#starts = this.datasets.map((dataset) => {
      length += dataset.length;
      return length - dataset.length;
    });
    this.length = length;
  }

  /** @throws {ArgumentError} when there is no such index. */
  get(index: number): Sample | Promise<Sample> {
    const part = this.#partOf(index);
    return this.#dataset(part).get(index - this.#start(part));
  }

  /** The caller disposes the batch. @throws {ArgumentError} when there is no such index. */
  batch(indices: Indices): Batch | Promise<Batch> {
    const parts = Array.from(indices, (index) => this.#partOf(index));
    const used = [...new Set(parts)];
    if (used.length <= 1) return this.#partBatch(used[0] ?? 0, indices);
    return this.#mixed(indices, parts, used);
  }

  /** @throws {ArgumentError} when one of the datasets has no images to transform. */
  withTransform(transform: ImageTransform): ConcatDataset<Sample, Batch> {
    return new ConcatDataset(
      this.datasets.map((dataset) => transformed("ConcatDataset", dataset, transform)),
    );
  }

  async #mixed(
    indices: Indices,
    parts: readonly number[],
    used: readonly number[],
  ): Promise<Batch> {
    const rows = used.map((part) => Array.from(parts.keys()).filter((row) => parts[row] === part));
    const settled = await Promise.allSettled(
      used.map(async (part, i) =>
        this.#partBatch(
          part,
          (rows[i] as number[]).map((row) => indices[row] as number),
        ),
      ),
    );
    const batches = settled.flatMap((r) => (r.status === "fulfilled" ? [r.value] : []));
    try {
      for (const result of settled) if (result.status === "rejected") throw result.reason;
      const order = new Int32Array(indices.length);
      for (const [position, row] of rows.flat().entries()) order[row] = position;
      return joined(batches, order);
    } finally {
      for (const tensor of tensorsIn(batches)) tensor.dispose();
    }
  }

  #partBatch(part: number, indices: Indices): Batch | Promise<Batch> {
    const start = this.#start(part);
    return gatherBatch(
      this.#dataset(part),
      Int32Array.from(indices, (index) => index - start),
    );
  }

  #partOf(index: number): number {
    checkedIndex("ConcatDataset", index, this.length);
    // The last part that starts at or before the index: empty parts are passed over.
    let part = this.#starts.length - 1;
    while (this.#start(part) > index || this.#dataset(part).length === 0) part--;
    return part;
  }

  #dataset(part: number): Dataset<Sample, Batch> {
    return this.datasets[part] as Dataset<Sample, Batch>;
  }

  #start(part: number): number {
    return this.#starts[part] as number;
  }
}

// One batch of several: rows concatenated, then put at their place in `order`.
function joined<Batch>(batches: readonly Batch[], order: Int32Array): Batch;
function joined(batches: readonly unknown[], order: Int32Array): unknown {
  const [first] = batches;
  if (first instanceof Tensor) {
    return tidy(() => gather(concat(batches as Tensor[]), tensor1d(order, "int32")));
  }
  if (Array.isArray(first) && first.every((item) => typeof item === "string")) {
    const rows = (batches as string[][]).flat();
    return Array.from(order, (position) => rows[position]);
  }
  const column = (key: string): unknown =>
    joined(
      batches.map((batch) => Reflect.get(batch as object, key) as unknown),
      order,
    );
  if (Array.isArray(first)) return Object.keys(first).map(column);
  if (isRecord(first)) {
    return Object.fromEntries(Object.keys(first).map((key) => [key, column(key)]));
  }
  throw new ArgumentError(
    "ConcatDataset: expected batches of tensors, strings, tuples and records, " +
      `got ${typeof first}; batch the datasets separately`,
  );
}
