// For tests: blocks of other types, floats to fill them with, and closeness to a float64 reference.
import fc from "fast-check";
import type { Arena } from "./arena.ts";

/** float32's rounding error, relative. */
export const EPSILON: number = 2 ** -24;

/** A block of int32. */
export function integers(arena: Arena, values: readonly number[]): number {
  const pointer = arena.floats(values.length);
  new Int32Array(arena.read(pointer, 0).buffer, pointer, values.length).set(values);
  return pointer;
}

/** A block of bytes, padded to whole floats. */
export function bytes(arena: Arena, values: ArrayLike<number>): number {
  const pointer = arena.floats(Math.ceil(values.length / 4));
  readBytes(arena, pointer, values.length).set(values);
  return pointer;
}

/** A view of bytes. */
export function readBytes(arena: Arena, pointer: number, size: number): Uint8Array {
  return new Uint8Array(arena.read(pointer, 0).buffer, pointer, size);
}

/** `size` floats around 0, from a seed: cheap to make and, in a counterexample, to print. */
export function noise(seed: number, size: number, scale = 1): Float32Array {
  let state = seed | 1;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state / 2 ** 31) * scale;
  });
}

/** Seeds for {@link noise}. */
export const seeds: fc.Arbitrary<number> = fc.integer({ min: 1, max: 2 ** 30 });

/**
 * Throws where `actual` is further from `expected` than `tolerance`, one for all or one an element. Equal
 * infinities and NaN are close.
 */
export function expectNear(
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number | ((at: number) => number),
): void {
  for (let i = 0; i < expected.length; i++) {
    const received = actual[i] as number;
    const wanted = expected[i] as number;
    const allowed = typeof tolerance === "number" ? tolerance : tolerance(i);
    if (Object.is(received, wanted) || Math.abs(received - wanted) <= allowed) continue;
    throw new Error(`${what}[${i}]: expected ${wanted} ± ${allowed}, got ${received}`);
  }
}
