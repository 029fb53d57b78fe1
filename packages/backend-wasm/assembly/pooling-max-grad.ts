// Max pooling's gradient. As in PyTorch the first of equal values is the maximum, and a NaN replaces
// whatever was found before it.
//
// In general: zeros, then window by window, four or eight channels at a time, the window's cells in
// row-major order as the inner loop, and one addition a channel. Windows of 2×2 with stride 2 and no
// padding cover each cell once: one pass that reads and writes everything once.
import { loadLanes, storeLanes } from "./gather-lanes";
import { firstCell, isHalving, lastCell } from "./pooling-windows";

/** Each window's dy goes to the cell of its maximum. `dx` is written in full. */
export function maxPoolGrad(
  dy: usize, x: usize, dx: usize,
  n: i32, h: i32, w: i32, c: i32, oh: i32, ow: i32, kh: i32, kw: i32,
  strideH: i32, strideW: i32, top: i32, left: i32, dilationH: i32, dilationW: i32,
): void {
  const plain = top == 0 && left == 0 && dilationH == 1 && dilationW == 1;
  if (plain && isHalving(h, w, oh, ow, kh, kw, strideH, strideW)) {
    halvedGrad(dy, x, dx, n, h, w, c, oh, ow);
    return;
  }
  const pixel = <usize>c << 2;
  const image = pixel * h * w;
  memory.fill(dx, 0, image * n);
  for (let b = 0; b < n; b++, x += image, dx += image) {
    for (let i = 0; i < oh; i++) {
      const row = i * strideH - top;
      const firstRow = firstCell(row, dilationH);
      const rows = lastCell(row, dilationH, kh, h) - firstRow;
      for (let j = 0; j < ow; j++, dy += pixel) {
        const column = j * strideW - left;
        const firstColumn = firstCell(column, dilationW);
        const columns = lastCell(column, dilationW, kw, w) - firstColumn;
        if (rows <= 0 || columns <= 0) continue;
        const from = (row + firstRow * dilationH) * w + column + firstColumn * dilationW;
        const down = w * dilationH;
        let k = 0;
        for (; k + 8 <= c; k += 8) {
          giveTwo(dy, x, dx, <usize>k << 2, pixel, from, rows, columns, down, dilationW);
        }
        for (; k + 4 <= c; k += 4) {
          give(dy, x, dx, <usize>k << 2, pixel, from, rows, columns, down, dilationW, 4);
        }
        if (k < c) {
          give(dy, x, dx, <usize>k << 2, pixel, from, rows, columns, down, dilationW, c - k);
        }
      }
    }
  }
}

// One window and up to four channels: where in the image each lane's maximum is, then one addition a lane.
// @ts-ignore: decorator
@inline
function give(
  dy: usize, x: usize, dx: usize, at: usize, pixel: usize,
  from: i32, rows: i32, columns: i32, down: i32, right: i32, lanes: i32,
): void {
  let best = f32x4.splat(-Infinity);
  let place = i32x4.splat(from);
  for (let i = 0; i < rows; i++, from += down) {
    let cell = from;
    for (let j = 0; j < columns; j++, cell += right) {
      const v = loadLanes(x + at + pixel * cell, lanes, best);
      const wins = v128.or(f32x4.gt(v, best), f32x4.ne(v, v));
      best = v128.bitselect(v, best, wins);
      place = v128.bitselect(i32x4.splat(cell), place, wins);
    }
  }
  scatter(dx + at, dy + at, pixel, place, lanes);
}

// Eight channels, which share the window's loop.
// @ts-ignore: decorator
@inline
function giveTwo(
  dy: usize, x: usize, dx: usize, at: usize, pixel: usize,
  from: i32, rows: i32, columns: i32, down: i32, right: i32,
): void {
  let first = f32x4.splat(-Infinity);
  let second = first;
  let firstPlace = i32x4.splat(from);
  let secondPlace = firstPlace;
  for (let i = 0; i < rows; i++, from += down) {
    let cell = from;
    for (let j = 0; j < columns; j++, cell += right) {
      const here = i32x4.splat(cell);
      const v = v128.load(x + at + pixel * cell);
      const wins = v128.or(f32x4.gt(v, first), f32x4.ne(v, v));
      first = v128.bitselect(v, first, wins);
      firstPlace = v128.bitselect(here, firstPlace, wins);
      const u = v128.load(x + at + pixel * cell, 16);
      const beats = v128.or(f32x4.gt(u, second), f32x4.ne(u, u));
      second = v128.bitselect(u, second, beats);
      secondPlace = v128.bitselect(here, secondPlace, beats);
    }
  }
  scatter(dx + at, dy + at, pixel, firstPlace, 4);
  scatter(dx + at + 16, dy + at + 16, pixel, secondPlace, 4);
}

// @ts-ignore: decorator
@inline
function scatter(dx: usize, dy: usize, pixel: usize, place: v128, lanes: i32): void {
  addTo(dx + pixel * i32x4.extract_lane(place, 0), dy);
  if (lanes > 1) addTo(dx + 4 + pixel * i32x4.extract_lane(place, 1), dy + 4);
  if (lanes > 2) addTo(dx + 8 + pixel * i32x4.extract_lane(place, 2), dy + 8);
  if (lanes > 3) addTo(dx + 12 + pixel * i32x4.extract_lane(place, 3), dy + 12);
}

// @ts-ignore: decorator
@inline
function addTo(to: usize, from: usize): void {
  store<f32>(to, load<f32>(to) + load<f32>(from));
}

function halvedGrad(
  dy: usize, x: usize, dx: usize, n: i32, h: i32, w: i32, c: i32, oh: i32, ow: i32,
): void {
  const pixel = <usize>c << 2;
  const row = pixel * w;
  const across = pixel * ow * 2;
  const below = row * (h - 2 * oh);
  for (let b = 0; b < n; b++) {
    for (let i = 0; i < oh; i++) {
      for (let j = 0; j < ow; j++) {
        let k = 0;
        for (; k + 4 <= c; k += 4, dy += 16, x += 16, dx += 16) quarter(dy, x, dx, row, pixel, 4);
        if (k < c) {
          quarter(dy, x, dx, row, pixel, c - k);
          const bytes = <usize>(c - k) << 2;
          dy += bytes;
          x += bytes;
          dx += bytes;
        }
        x += pixel;
        dx += pixel;
      }
      // An odd column at the right belongs to no window.
      if (across < row) {
        memory.fill(dx, 0, row - across);
        memory.fill(dx + row, 0, row - across);
      }
      x += row * 2 - across;
      dx += row * 2 - across;
    }
    if (below != 0) memory.fill(dx, 0, below);
    x += below;
    dx += below;
  }
}

// A 2×2 window: the last cell that beat all before it takes dy, the others 0.
// @ts-ignore: decorator
@inline
function quarter(dy: usize, x: usize, dx: usize, row: usize, pixel: usize, lanes: i32): void {
  const zero = f32x4.splat(0);
  const a = loadLanes(x, lanes, zero);
  const b = loadLanes(x + pixel, lanes, zero);
  const c = loadLanes(x + row, lanes, zero);
  const d = loadLanes(x + row + pixel, lanes, zero);
  const upstream = loadLanes(dy, lanes, zero);
  const second = v128.or(f32x4.gt(b, a), f32x4.ne(b, b));
  const ab = v128.bitselect(b, a, second);
  const third = v128.or(f32x4.gt(c, ab), f32x4.ne(c, c));
  const abc = v128.bitselect(c, ab, third);
  const fourth = v128.or(f32x4.gt(d, abc), f32x4.ne(d, d));
  const abcShare = v128.andnot(upstream, fourth);
  const abShare = v128.andnot(abcShare, third);
  storeLanes(dx, v128.andnot(abShare, second), lanes);
  storeLanes(dx + pixel, v128.and(abShare, second), lanes);
  storeLanes(dx + row, v128.and(abcShare, third), lanes);
  storeLanes(dx + row + pixel, v128.and(upstream, fourth), lanes);
}
