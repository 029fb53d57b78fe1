import type { Sampler, Sized } from "./sampler.ts";

/**
 * All indices from the first to the last.
 *
 * @example
 * ```ts
 * [...new SequentialSampler({ length: 3 })]; // => [0, 1, 2]
 * ```
 */
export class SequentialSampler implements Sampler {
  /** How many indices an iteration gives. */
  readonly length: number;

  constructor({ length }: Sized) {
    this.length = length;
  }

  /** 0 to `length` − 1. */
  *[Symbol.iterator](): Iterator<number, undefined> {
    for (let index = 0; index < this.length; index++) yield index;
    return undefined;
  }
}
