import { ArgumentError } from "@kindling/core";

/** Positions in a dataset: a plain or typed array of integers from 0. */
export type Indices = ArrayLike<number>;

/** @throws {ArgumentError} when the index is not an integer from 0 to `length` − 1. */
export function checkedIndex(where: string, index: number, length: number): number {
  if (!Number.isInteger(index) || index < 0 || index >= length) {
    const range = length === 0 ? "no index (it is empty)" : `an index from 0 to ${length - 1}`;
    throw new ArgumentError(`${where}: expected ${range}, got ${index}`);
  }
  return index;
}
