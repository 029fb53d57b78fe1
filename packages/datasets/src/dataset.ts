import { ArgumentError } from "@kindling/core";
import { type Collated, defaultCollate } from "./collate.ts";
import type { Indices } from "./indices.ts";
import { tensorsIn } from "./tensors-in.ts";
import type { ImageTransform } from "./transforms/image-transform.ts";

/**
 * Samples that can be asked for by index: the two members `length` and `get` are enough.
 *
 * `Sample` is what one index gives, `Batch` what a loader makes of many. Name `Batch` only in a class
 * that has `batch`; the others' samples are joined by `defaultCollate`.
 *
 * @example
 * ```ts
 * class Squares implements Dataset<[Float32Array, number]> {
 *   readonly length = 100;
 *   get(index: number): [Float32Array, number] {
 *     return [Float32Array.of(index), index ** 2];
 *   }
 * }
 * for await (const [x, y] of new DataLoader(new Squares(), { batchSize: 50 })) {
 *   [x.shape, y.shape]; // => [[50, 1], [50]]
 * }
 * ```
 */
export interface Dataset<Sample = unknown, Batch = Collated<Sample>> {
  /** How many samples there are. */
  readonly length: number;
  /** The sample at an index from 0 to `length` − 1. Tensors in it belong to the caller. */
  get(index: number): Sample | Promise<Sample>;
  /**
   * Gathers many samples in one pass, straight into batch tensors, which belong to the caller.
   * Worth having: a tensor a sample costs hundreds of times as much as a row in a batch.
   */
  batch?(indices: Indices): Batch | Promise<Batch>;
  /** The same samples with another transform; what `DataLoader`'s option `transform` calls. */
  withTransform?(transform: ImageTransform): Dataset<Sample, Batch>;
}

/**
 * One batch of a dataset: its own `batch` when it has one, `defaultCollate` of its samples otherwise.
 *
 * @returns tensors that the caller disposes. A promise only when the dataset is asynchronous.
 */
export function gatherBatch<Sample, Batch>(
  dataset: Dataset<Sample, Batch>,
  indices: Indices,
): Batch | Promise<Batch> {
  if (dataset.batch !== undefined) return dataset.batch(indices);
  // `Batch` is `Collated<Sample>` for a dataset without `batch`: the interface's second rule.
  return collateSamples(dataset, indices, defaultCollate as unknown as Collate<Sample, Batch>);
}

/** @throws {ArgumentError} when the dataset has no images to transform. */
export function transformed<Sample, Batch>(
  where: string,
  dataset: Dataset<Sample, Batch>,
  transform: ImageTransform,
): Dataset<Sample, Batch> {
  if (dataset.withTransform === undefined) {
    throw new ArgumentError(
      `${where}: expected a dataset of images to transform, got ${dataset.constructor.name}; ` +
        `give it a withTransform method, or transform in its get or batch`,
    );
  }
  return dataset.withTransform(transform);
}

/** Makes one batch of many samples. Tensors in the samples are disposed afterwards. */
export type Collate<Sample, Batch> = (samples: Sample[]) => Batch | Promise<Batch>;

/** Gets the samples one by one and joins them; disposes those of their tensors not in the batch. */
export async function collateSamples<Sample, Batch>(
  dataset: Pick<Dataset<Sample>, "get">,
  indices: Indices,
  collate: Collate<Sample, Batch>,
): Promise<Batch> {
  const pending = Array.from(indices, async (index) => dataset.get(index));
  const settled = await Promise.allSettled(pending);
  const samples = settled.flatMap((result) =>
    result.status === "fulfilled" ? [result.value] : [],
  );
  let kept: ReadonlySet<unknown> = new Set();
  try {
    for (const result of settled) if (result.status === "rejected") throw result.reason;
    const batch = await collate(samples);
    kept = new Set(tensorsIn(batch));
    return batch;
  } finally {
    for (const tensor of tensorsIn(samples)) if (!kept.has(tensor)) tensor.dispose();
  }
}
