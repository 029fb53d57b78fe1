import type { Sampler, Sized } from "./sampler.ts";

/** All indices from the first to the last. */
export class SequentialSampler implements Sampler {
  readonly length: number;

  constructor({ length }: Sized) {
    this.length = length;
  }

  *[Symbol.iterator](): Iterator<number, undefined> {
    for (let index = 0; index < this.length; index++) yield index;
    return undefined;
  }
}
