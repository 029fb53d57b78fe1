import { defaultGenerator, type Generator } from "@kindling/core";
import type { Sampler } from "./sampler.ts";

export interface SubsetRandomSamplerOptions {
  /** Where the order comes from. @defaultValue `defaultGenerator` */
  generator?: Generator;
}

/** The given indices in random order, each once; PyTorch's order for the same seed. */
export class SubsetRandomSampler implements Sampler {
  readonly indices: ArrayLike<number>;
  readonly #generator: Generator;

  constructor(
    indices: ArrayLike<number>,
    { generator = defaultGenerator }: SubsetRandomSamplerOptions = {},
  ) {
    this.indices = indices;
    this.#generator = generator;
  }

  get length(): number {
    return this.indices.length;
  }

  *[Symbol.iterator](): Iterator<number, undefined> {
    for (const i of this.#generator.permutation(this.length)) yield this.indices[i] as number;
    return undefined;
  }
}
