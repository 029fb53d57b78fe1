import type { DropoutAttributes } from "../fused.ts";
import { MersenneTwister } from "../mersenne-twister.ts";

/**
 * The mask of dropout, drawn on the host: mt19937 is a sequence, so every backend that draws it in order has the
 * mask of the generator.
 *
 * One draw a value; kept when its low 24 bits · 2⁻²⁴ are at least `p`, which is `Generator.uniform`'s value and
 * functional dropout's test. Advances `random`.
 *
 * @returns 1 for each value that is kept, 0 for those that are dropped.
 *
 * @example
 * ```ts
 * const { words, index } = new Generator(0).getState();
 * dropoutMask(4, 0.6, { words: Uint32Array.from(words), index }); // => Uint8Array [0, 1, 0, 0]
 * ```
 */
export function dropoutMask(
  size: number,
  p: number,
  random: DropoutAttributes["random"],
): Uint8Array {
  const engine = MersenneTwister.fromState(random.words, random.index);
  const mask = new Uint8Array(size);
  // u · 2⁻²⁴ >= p for the integer u: u >= ⌈p · 2²⁴⌉.
  const threshold = Math.ceil(p * 2 ** 24);
  for (let i = 0; i < size; i++) mask[i] = (engine.next() & 0xffffff) >= threshold ? 1 : 0;
  const { words, index } = engine.getState();
  random.words.set(words);
  random.index = index;
  return mask;
}
