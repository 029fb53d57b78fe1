import type { SafetensorsArrays, SafetensorsDtype } from "./dtypes.ts";

/** A tensor as a file holds it: values in row-major order. `dtype` tells which array `data` is. */
export type SafetensorsTensor = {
  [D in SafetensorsDtype]: {
    readonly dtype: D;
    readonly shape: readonly number[];
    readonly data: SafetensorsArrays[D];
  };
}[SafetensorsDtype];

/** What is written: looser in types, so that a `StateDict` of `@kindling/layers` is one as it is. */
export interface WritableTensor {
  /** The type of the values in the file. */
  readonly dtype: SafetensorsDtype;
  /** Integers from 0; `[]` for one number. */
  readonly shape: readonly number[];
  /** The array of its dtype; checked. */
  readonly data: SafetensorsArrays[SafetensorsDtype];
}

/** The number of elements, or null when the shape is none or too large to count. */
export function sizeOf(shape: readonly number[]): number | null {
  let size = 1;
  for (const length of shape) {
    if (!Number.isSafeInteger(length) || length < 0) return null;
    size *= length;
    if (!Number.isSafeInteger(size)) return null;
  }
  return size;
}
