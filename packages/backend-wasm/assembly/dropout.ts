// Dropout with its mask drawn here, from the mt19937 of core's Generator: 624 words in memory and the index
// of the next one. One draw an element in order; it is kept when its low 24 bits · 2⁻²⁴ >= p, which is
// Generator.uniform's value and functional dropout's test.

const SIZE: i32 = 624;
const SHIFT: i32 = 397;

/**
 * y = x · scale where kept and x · 0 where not; mask[i] is 1 or 0, a byte each, unless `mask` is 0.
 * Updates the words and returns the new index.
 *
 * Chunks that end with the state's words, four draws in a vector; then the words are made anew.
 */
export function dropout(
  words: usize,
  index: i32,
  x: usize,
  y: usize,
  mask: usize,
  size: i32,
  p: f64,
  scale: f32,
): i32 {
  // u · 2⁻²⁴ >= p for the integer u: u >= ⌈p · 2²⁴⌉.
  const threshold = i32x4.splat(<i32>ceil<f64>(p * 16777216));
  const factor = f32x4.splat(scale);
  while (size > 0) {
    if (index == SIZE) {
      refill(words);
      index = 0;
    }
    const count = min(size, SIZE - index);
    let word = words + (<usize>index << 2);
    let i = 0;
    for (; i + 4 <= count; i += 4, word += 16, x += 16, y += 16) {
      const kept = i32x4.ge_s(draw(v128.load(word)), threshold);
      v128.store(y, f32x4.mul(v128.load(x), v128.and(kept, factor)));
      if (mask != 0) {
        const bits = v128.and(kept, i32x4.splat(1));
        const bytes = i8x16.shuffle(bits, bits, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12);
        v128.store32_lane(mask, bytes, 0);
        mask += 4;
      }
    }
    for (; i < count; i++, word += 4, x += 4, y += 4) {
      const kept = i32x4.extract_lane(
        i32x4.ge_s(draw(v128.load32_splat(word)), threshold),
        0,
      );
      store<f32>(y, load<f32>(x) * (kept != 0 ? scale : 0));
      if (mask != 0) store<u8>(mask++, kept & 1);
    }
    index += count;
    size -= count;
  }
  return index;
}

/** dx = dy · scale where the mask's byte is not 0, and dy · 0 elsewhere. */
export function dropoutGrad(dy: usize, mask: usize, dx: usize, size: i32, scale: f32): void {
  const zero = i32x4.splat(0);
  const factor = f32x4.splat(scale);
  let i = 0;
  for (; i + 4 <= size; i += 4, dy += 16, dx += 16, mask += 4) {
    const wide = i16x8.extend_low_i8x16_u(v128.load32_zero(mask));
    const kept = i32x4.ne(i32x4.extend_low_i16x8_u(wide), zero);
    v128.store(dx, f32x4.mul(v128.load(dy), v128.and(kept, factor)));
  }
  for (; i < size; i++, dy += 4, dx += 4, mask++) {
    store<f32>(dx, load<f32>(dy) * (load<u8>(mask) != 0 ? scale : 0));
  }
}

// mt19937's tempering of words into outputs; the low 24 bits of them.
// @ts-ignore: decorator
@inline
function draw(word: v128): v128 {
  let y = v128.xor(word, i32x4.shr_u(word, 11));
  y = v128.xor(y, v128.and(i32x4.shl(y, 7), i32x4.splat(0x9d2c5680)));
  y = v128.xor(y, v128.and(i32x4.shl(y, 15), i32x4.splat(0xefc60000)));
  y = v128.xor(y, i32x4.shr_u(y, 18));
  return v128.and(y, i32x4.splat(0xffffff));
}

// The next 624 words. Word i needs the old i and i + 1 and word i + 397 modulo 624, which is old up to
// i = 226 and new from there on: far enough away for four at a time.
function refill(words: usize): void {
  const lag = SHIFT << 2;
  const lead = (SIZE - SHIFT) << 2;
  let at = words;
  let i = 0;
  for (; i < 224; i += 4, at += 16) v128.store(at, twist(at, at + lag));
  for (; i < 227; i++, at += 4) store<u32>(at, twistOne(load<u32>(at), load<u32>(at + 4), at + lag));
  for (; i < 623; i += 4, at += 16) v128.store(at, twist(at, at - lead));
  store<u32>(at, twistOne(load<u32>(at), load<u32>(words), at - lead));
}

// @ts-ignore: decorator
@inline
function twist(at: usize, far: usize): v128 {
  const y = v128.bitselect(v128.load(at), v128.load(at + 4), i32x4.splat(0x80000000));
  const odd = i32x4.neg(v128.and(y, i32x4.splat(1)));
  const matrix = v128.and(odd, i32x4.splat(0x9908b0df));
  return v128.xor(v128.xor(v128.load(far), i32x4.shr_u(y, 1)), matrix);
}

// @ts-ignore: decorator
@inline
function twistOne(word: u32, next: u32, far: usize): u32 {
  const y = (word & 0x80000000) | (next & 0x7fffffff);
  return load<u32>(far) ^ (y >>> 1) ^ ((y & 1) != 0 ? 0x9908b0df : 0);
}
