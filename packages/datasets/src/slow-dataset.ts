// For tests only.
import { type Tensor1D, tensor1d } from "@tensorflow/tfjs-core";
import type { Dataset } from "./dataset.ts";
import type { Indices } from "./indices.ts";

/** Batches that come in their own time, and in the wrong order; counts how many are being made. */
export class Slow implements Dataset<number, Tensor1D> {
  readonly length = 8;
  readonly failAt: number;
  started = 0;

  constructor(failAt = -1) {
    this.failAt = failAt;
  }

  get(index: number): number {
    return index;
  }

  async batch(indices: Indices): Promise<Tensor1D> {
    const first = indices[0] as number;
    this.started++;
    await new Promise((resolve) => setTimeout(resolve, first === 0 ? 10 : 1));
    if (first === this.failAt) throw new Error(`bad sector at ${first}`);
    return tensor1d(Array.from(indices), "int32");
  }
}
