// The last 1 to 3 floats of a row as lanes of a vector, so that one vector expression serves the body of a
// loop and its tail. With `count` a constant 4 the branches fold away.

/** `count` floats (1 to 4) at `from` in the first lanes; the others are `fill`'s. */
// @ts-ignore: decorator
@inline
export function loadLanes(from: usize, count: i32, fill: v128): v128 {
  return count == 4 ? v128.load(from) : loadPart(from, count, fill);
}

/** Stores the first `count` lanes (1 to 4). */
// @ts-ignore: decorator
@inline
export function storeLanes(to: usize, v: v128, count: i32): void {
  if (count == 4) v128.store(to, v);
  else storePart(to, v, count);
}

function loadPart(from: usize, count: i32, fill: v128): v128 {
  if (count == 1) return v128.load32_lane(from, fill, 0);
  const two = v128.load64_lane(from, fill, 0);
  return count == 2 ? two : v128.load32_lane(from + 8, two, 2);
}

function storePart(to: usize, v: v128, count: i32): void {
  if (count == 1) {
    v128.store32_lane(to, v, 0);
    return;
  }
  v128.store64_lane(to, v, 0);
  if (count == 3) v128.store32_lane(to + 8, v, 2);
}
