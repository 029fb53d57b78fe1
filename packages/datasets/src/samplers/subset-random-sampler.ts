import { defaultGenerator, type Generator } from "@kindling/core";
import type { Sampler } from "./sampler.ts";

/** How a {@link SubsetRandomSampler} draws. */
export interface SubsetRandomSamplerOptions {
  /** Where the order comes from. @defaultValue `defaultGenerator` */
  generator?: Generator;
}

/**
 * The given indices in random order, each once; PyTorch's order for the same seed.
 *
 * @example
 * ```ts
 * [...new SubsetRandomSampler([10, 11, 12, 13, 14], { generator })]; // => [14, 10, 11, 13, 12]
 * ```
 */
export class SubsetRandomSampler implements Sampler {
  /** What it draws from. */
  readonly indices: ArrayLike<number>;
  readonly #generator: Generator;

  constructor(
    indices: ArrayLike<number>,
    { generator = defaultGenerator }: SubsetRandomSamplerOptions = {},
  ) {
    this.indices = indices;
    this.#generator = generator;
  }

  /** How many indices an iteration gives. */
  get length(): number {
    return this.indices.length;
  }

  /** A new order each time. */
  *[Symbol.iterator](): Iterator<number, undefined> {
    for (const i of this.#generator.permutation(this.length)) yield this.indices[i] as number;
    return undefined;
  }
}
