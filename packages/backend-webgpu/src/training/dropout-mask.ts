// The mask of dropout as bits, drawn on the host: mt19937 is a sequence, so every backend that draws it in
// order has the mask of core's Generator.

const SIZE = 624;
const SHIFT = 397;

/**
 * One draw a value in order; kept when its low 24 bits · 2⁻²⁴ are at least `p`, which is
 * `Generator.uniform`'s value and functional dropout's test. Advances `random`.
 *
 * @returns bit i % 32 of word i / 32 is 1 where value i is kept.
 */
export function dropoutBits(
  size: number,
  p: number,
  random: { readonly words: Uint32Array; index: number },
): Uint32Array<ArrayBuffer> {
  const { words } = random;
  const bits = new Uint32Array(Math.ceil(size / 32));
  // u · 2⁻²⁴ >= p for the integer u: u >= ⌈p · 2²⁴⌉.
  const threshold = Math.ceil(p * 2 ** 24);
  let { index } = random;
  for (let i = 0; i < size; i++) {
    if (index === SIZE) {
      refill(words);
      index = 0;
    }
    let y = words[index++] as number;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    if ((y & 0xffffff) >= threshold) (bits[i >>> 5] as number) |= 1 << (i & 31);
  }
  random.index = index;
  return bits;
}

function refill(words: Uint32Array): void {
  for (let i = 0; i < SIZE; i++) {
    const next = words[i + 1 === SIZE ? 0 : i + 1] as number;
    const far = words[i + SHIFT < SIZE ? i + SHIFT : i + SHIFT - SIZE] as number;
    const y = ((words[i] as number) & 0x80000000) | (next & 0x7fffffff);
    words[i] = far ^ (y >>> 1) ^ ((y & 1) === 0 ? 0 : 0x9908b0df);
  }
}
