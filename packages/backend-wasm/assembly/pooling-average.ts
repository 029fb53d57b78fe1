// Average pooling of NHWC images and its gradient: window by window, four channels in a vector. A window's
// sum is divided by its cells inside the image, or inside the padded image (torch's countIncludePad).
import { loadLanes, storeLanes } from "./gather-lanes";
import { firstCell, lastCell } from "./pooling-windows";

export function avgPool(
  x: usize, y: usize, n: i32, h: i32, w: i32, c: i32, oh: i32, ow: i32, kh: i32, kw: i32,
  strideH: i32, strideW: i32, top: i32, left: i32, bottom: i32, right: i32, countIncludePad: i32,
): void {
  const pixel = <usize>c << 2;
  const line = pixel * w;
  const image = line * h;
  for (let b = 0; b < n; b++, x += image) {
    for (let i = 0; i < oh; i++) {
      const row = i * strideH - top;
      const firstRow = firstCell(row, 1);
      const rows = max(0, lastCell(row, 1, kh, h) - firstRow);
      const high = countIncludePad ? min(kh, h + bottom - row) : rows;
      for (let j = 0; j < ow; j++, y += pixel) {
        const column = j * strideW - left;
        const firstColumn = firstCell(column, 1);
        const columns = max(0, lastCell(column, 1, kw, w) - firstColumn);
        const wide = countIncludePad ? min(kw, w + right - column) : columns;
        const count = f32x4.splat(<f32>(high * wide));
        const from = x + pixel * ((row + firstRow) * w + column + firstColumn);
        let k = 0;
        for (; k + 4 <= c; k += 4) {
          const at = <usize>k << 2;
          average(from + at, y + at, rows, columns, line, pixel, count, 4);
        }
        if (k < c) {
          const at = <usize>k << 2;
          average(from + at, y + at, rows, columns, line, pixel, count, c - k);
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function average(
  x: usize, y: usize, rows: i32, columns: i32, line: usize, pixel: usize, count: v128, lanes: i32,
): void {
  const zero = f32x4.splat(0);
  let sum = zero;
  for (let i = 0; i < rows; i++, x += line) {
    let cell = x;
    let rowSum = zero;
    for (let j = 0; j < columns; j++, cell += pixel) {
      rowSum = f32x4.add(rowSum, loadLanes(cell, lanes, zero));
    }
    sum = f32x4.add(sum, rowSum);
  }
  storeLanes(y, f32x4.div(sum, count), lanes);
}

/** `dx` is written in full. Windows side by side need no zeros first: each cell is in one of them. */
export function avgPoolGrad(
  dy: usize, dx: usize, n: i32, h: i32, w: i32, c: i32, oh: i32, ow: i32, kh: i32, kw: i32,
  strideH: i32, strideW: i32, top: i32, left: i32, bottom: i32, right: i32, countIncludePad: i32,
): void {
  const pixel = <usize>c << 2;
  const line = pixel * w;
  const image = line * h;
  const once =
    kh == strideH && kw == strideW && top == 0 && left == 0 && oh * kh == h && ow * kw == w;
  if (!once) memory.fill(dx, 0, image * n);
  for (let b = 0; b < n; b++, dx += image) {
    for (let i = 0; i < oh; i++) {
      const row = i * strideH - top;
      const firstRow = firstCell(row, 1);
      const rows = max(0, lastCell(row, 1, kh, h) - firstRow);
      const high = countIncludePad ? min(kh, h + bottom - row) : rows;
      for (let j = 0; j < ow; j++, dy += pixel) {
        const column = j * strideW - left;
        const firstColumn = firstCell(column, 1);
        const columns = max(0, lastCell(column, 1, kw, w) - firstColumn);
        const wide = countIncludePad ? min(kw, w + right - column) : columns;
        const count = f32x4.splat(<f32>(high * wide));
        const to = dx + pixel * ((row + firstRow) * w + column + firstColumn);
        let k = 0;
        for (; k + 4 <= c; k += 4) {
          const at = <usize>k << 2;
          spread(dy + at, to + at, rows, columns, line, pixel, count, once, 4);
        }
        if (k < c) {
          const at = <usize>k << 2;
          spread(dy + at, to + at, rows, columns, line, pixel, count, once, c - k);
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function spread(
  dy: usize, dx: usize, rows: i32, columns: i32, line: usize, pixel: usize, count: v128,
  once: bool, lanes: i32,
): void {
  const zero = f32x4.splat(0);
  const share = f32x4.div(loadLanes(dy, lanes, zero), count);
  for (let i = 0; i < rows; i++, dx += line) {
    let cell = dx;
    for (let j = 0; j < columns; j++, cell += pixel) {
      const value = once ? share : f32x4.add(share, loadLanes(cell, lanes, zero));
      storeLanes(cell, value, lanes);
    }
  }
}
