import { clone, Tensor } from "@tensorflow/tfjs-core";
import type { Collated } from "./collate.ts";
import type { Dataset } from "./dataset.ts";
import { checkedIndex } from "./indices.ts";
import { isRecord } from "./tensors-in.ts";

/**
 * A dataset of samples that are all in memory: an array, or anything that can be iterated once.
 *
 * Tensors in the samples stay the caller's; `get` hands out clones, which share their memory.
 *
 * @example
 * ```ts
 * const xor = new ArrayDataset([
 *   { x: Float32Array.of(0, 1), y: 1 },
 *   { x: Float32Array.of(1, 1), y: 0 },
 * ]);
 * for await (const { x, y } of new DataLoader(xor, { batchSize: 2 })) x.shape; // => [2, 2]
 * ```
 */
export class ArrayDataset<Sample> implements Dataset<Sample, Collated<Sample>> {
  readonly #samples: readonly Sample[];

  constructor(samples: Iterable<Sample>) {
    this.#samples = Array.from(samples);
  }

  get length(): number {
    return this.#samples.length;
  }

  /** @throws {ArgumentError} when there is no such index. */
  get(index: number): Sample {
    return cloneTensors(
      this.#samples[checkedIndex("ArrayDataset.get", index, this.length)] as Sample,
    );
  }
}

function cloneTensors<T>(value: T): T;
function cloneTensors(value: unknown): unknown {
  if (value instanceof Tensor) return clone(value);
  if (Array.isArray(value)) return value.map((item: unknown) => cloneTensors(item));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cloneTensors(item)]));
}
