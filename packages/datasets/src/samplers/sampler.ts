/**
 * The order in which samples are visited: anything with a length that can be iterated, also a plain
 * array of indices. Every iteration starts anew.
 */
export interface Sampler extends Iterable<number> {
  /** How many indices an iteration gives. */
  readonly length: number;
}

/** Like a {@link Sampler}, of whole batches. */
export interface IndexBatches extends Iterable<ArrayLike<number>> {
  /** How many batches an iteration gives. */
  readonly length: number;
}

/** What samplers need to know of a dataset. */
export interface Sized {
  /** How many samples it has. */
  readonly length: number;
}
