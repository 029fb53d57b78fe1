// Rows by int32 index. Indices are checked before anything is written: the result is 0, or 1 + the position
// of the first index that is not from 0 to rows − 1.

/** out[i] = x[indices[i]], rows of `width` 32-bit values of any type. */
export function gatherRows(
  x: usize,
  indices: usize,
  out: usize,
  count: i32,
  width: i32,
  rows: i32,
): i32 {
  const bad = firstOutside(indices, count, rows);
  if (bad != 0) return bad;
  const bytes = <usize>width << 2;
  for (let i = 0; i < count; i++) {
    let from = x + bytes * load<u32>(indices + (<usize>i << 2));
    let j = 0;
    for (; j + 4 <= width; j += 4, from += 16, out += 16) v128.store(out, v128.load(from));
    for (; j < width; j++, from += 4, out += 4) store<u32>(out, load<u32>(from));
  }
  return 0;
}

/** out[i] = x[indices[i]] / divisor from rows of `width` bytes: pixels as floats, sixteen at a time. */
export function gatherBytes(
  x: usize,
  indices: usize,
  out: usize,
  count: i32,
  width: i32,
  rows: i32,
  divisor: f32,
): i32 {
  const bad = firstOutside(indices, count, rows);
  if (bad != 0) return bad;
  const over = f32x4.splat(divisor);
  for (let i = 0; i < count; i++) {
    let from = x + <usize>width * load<u32>(indices + (<usize>i << 2));
    let j = 0;
    for (; j + 16 <= width; j += 16, from += 16, out += 64) {
      const bytes = v128.load(from);
      const low = i16x8.extend_low_i8x16_u(bytes);
      const high = i16x8.extend_high_i8x16_u(bytes);
      v128.store(out, scaled(i32x4.extend_low_i16x8_u(low), over));
      v128.store(out, scaled(i32x4.extend_high_i16x8_u(low), over), 16);
      v128.store(out, scaled(i32x4.extend_low_i16x8_u(high), over), 32);
      v128.store(out, scaled(i32x4.extend_high_i16x8_u(high), over), 48);
    }
    for (; j < width; j++, from++, out += 4) store<f32>(out, <f32>load<u8>(from) / divisor);
  }
  return 0;
}

// @ts-ignore: decorator
@inline
function scaled(integers: v128, divisor: v128): v128 {
  return f32x4.div(f32x4.convert_i32x4_s(integers), divisor);
}

function firstOutside(indices: usize, count: i32, rows: i32): i32 {
  for (let i = 0; i < count; i++) {
    // Unsigned, so negative indices are too large.
    if (load<u32>(indices + (<usize>i << 2)) >= <u32>rows) return i + 1;
  }
  return 0;
}
