// Sums. float32 lanes add up short blocks, and the blocks' sums are added in float64 (rows and totals) or
// panel by panel (columns), so the error grows with the length of a block and not with that of the tensor.
import { loadLanes, storeLanes } from "./gather-lanes";
import { fma, sumLanes } from "./vector";

const VALUE: i32 = 0;
const SQUARE: i32 = 1;
const DISTANCE: i32 = 2;

/** Floats in a block: 64 additions a lane. */
const BLOCK: i32 = 1024;
/** Floats in a panel of rows: 32 kB, so that a panel stays in the first cache. */
const PANEL: i32 = 8192;

/** Rows of one panel. */
export function panelRows(columns: i32): i32 {
  return max(16, PANEL / max(1, columns));
}

/** out[j] = Σ over rows of x[row, j], divided by `divisor`. */
export function columnSums(x: usize, out: usize, rows: i32, columns: i32, divisor: f32): void {
  if (columns == 1) {
    rowSums(x, out, 1, rows, divisor);
    return;
  }
  const zero = f32x4.splat(0);
  memory.fill(out, 0, <usize>columns << 2);
  const panel = panelRows(columns);
  for (let row = 0; row < rows; row += panel) {
    const count = min(panel, rows - row);
    const start = x + ((<usize>row * columns) << 2);
    let j = 0;
    for (; j + 16 <= columns; j += 16) {
      addSixteen(start + (<usize>j << 2), out + (<usize>j << 2), count, columns);
    }
    for (; j + 4 <= columns; j += 4) {
      addFour(start + (<usize>j << 2), out + (<usize>j << 2), count, columns, 4);
    }
    if (j < columns) {
      addFour(start + (<usize>j << 2), out + (<usize>j << 2), count, columns, columns - j);
    }
  }
  if (divisor == 1) return;
  for (let j = 0; j < columns; j += 4) {
    const lanes = min(4, columns - j);
    const to = out + (<usize>j << 2);
    storeLanes(to, f32x4.div(loadLanes(to, lanes, zero), f32x4.splat(divisor)), lanes);
  }
}

// One cache line of each row: four independent sums.
function addSixteen(x: usize, out: usize, rows: i32, columns: i32): void {
  const step = <usize>columns << 2;
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (let row = 0; row < rows; row++, x += step) {
    a = f32x4.add(a, v128.load(x));
    b = f32x4.add(b, v128.load(x, 16));
    c = f32x4.add(c, v128.load(x, 32));
    d = f32x4.add(d, v128.load(x, 48));
  }
  v128.store(out, f32x4.add(v128.load(out), a));
  v128.store(out, f32x4.add(v128.load(out, 16), b), 16);
  v128.store(out, f32x4.add(v128.load(out, 32), c), 32);
  v128.store(out, f32x4.add(v128.load(out, 48), d), 48);
}

// One to four columns: every fourth row has its own sum, for as many additions in flight as above.
// @ts-ignore: decorator
@inline
function addFour(x: usize, out: usize, rows: i32, columns: i32, lanes: i32): void {
  const step = <usize>columns << 2;
  const zero = f32x4.splat(0);
  let a = zero;
  let b = zero;
  let c = zero;
  let d = zero;
  let row = 0;
  for (; row + 4 <= rows; row += 4, x += step * 4) {
    a = f32x4.add(a, loadLanes(x, lanes, zero));
    b = f32x4.add(b, loadLanes(x + step, lanes, zero));
    c = f32x4.add(c, loadLanes(x + step * 2, lanes, zero));
    d = f32x4.add(d, loadLanes(x + step * 3, lanes, zero));
  }
  for (; row < rows; row++, x += step) a = f32x4.add(a, loadLanes(x, lanes, zero));
  const sum = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
  storeLanes(out, f32x4.add(loadLanes(out, lanes, zero), sum), lanes);
}

/** out[row] = Σ of the row, divided by `divisor`. */
export function rowSums(x: usize, out: usize, rows: i32, columns: i32, divisor: f32): void {
  const step = <usize>columns << 2;
  for (let row = 0; row < rows; row++, x += step, out += 4) {
    store<f32>(out, <f32>(sum(x, columns) / <f64>divisor));
  }
}

/** The sum of `size` floats, in float64 from the blocks on. */
export function sum(x: usize, size: i32): f64 {
  return blockedSum(VALUE, x, size, 0);
}

/** The sum of their squares. */
export function sumOfSquares(x: usize, size: i32): f64 {
  return blockedSum(SQUARE, x, size, 0);
}

/** The sum of their squared distances from `centre`. */
export function sumOfDistances(x: usize, size: i32, centre: f32): f64 {
  return blockedSum(DISTANCE, x, size, centre);
}

// @ts-ignore: decorator
@inline
function blockedSum(op: i32, x: usize, size: i32, centre: f32): f64 {
  const zero = f32x4.splat(0);
  const middle = f32x4.splat(centre);
  let total: f64 = 0;
  for (let start = 0; start < size; start += BLOCK) {
    const count = min(BLOCK, size - start);
    let a = zero;
    let b = zero;
    let c = zero;
    let d = zero;
    let i = 0;
    for (; i + 16 <= count; i += 16, x += 64) {
      a = add(op, a, v128.load(x), middle);
      b = add(op, b, v128.load(x, 16), middle);
      c = add(op, c, v128.load(x, 32), middle);
      d = add(op, d, v128.load(x, 48), middle);
    }
    for (; i + 4 <= count; i += 4, x += 16) a = add(op, a, v128.load(x), middle);
    if (i < count) b = add(op, b, loadLanes(x, count - i, middle), middle);
    total += <f64>sumLanes(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
  }
  return total;
}

// @ts-ignore: decorator
@inline
function add(op: i32, total: v128, v: v128, centre: v128): v128 {
  if (op == VALUE) return f32x4.add(total, v);
  if (op == SQUARE) return fma(v, v, total);
  const distance = f32x4.sub(v, centre);
  return fma(distance, distance, total);
}

/** total += x, for `size` floats. */
export function addTo(total: usize, x: usize, size: i32): void {
  const end = <usize>(size & ~3) << 2;
  let at: usize = 0;
  for (; at < end; at += 16) {
    v128.store(total + at, f32x4.add(v128.load(total + at), v128.load(x + at)));
  }
  const rest = size & 3;
  if (rest == 0) return;
  const zero = f32x4.splat(0);
  const tail = f32x4.add(loadLanes(total + at, rest, zero), loadLanes(x + at, rest, zero));
  storeLanes(total + at, tail, rest);
}

/** out[row] = the largest of the row, NaN where there is one; −∞ for rows of nothing. */
export function rowMaxima(x: usize, out: usize, rows: i32, columns: i32): void {
  const lowest = f32x4.splat(-Infinity);
  for (let row = 0; row < rows; row++, out += 4) {
    let a = lowest;
    let b = lowest;
    let j = 0;
    for (; j + 8 <= columns; j += 8, x += 32) {
      a = f32x4.max(a, v128.load(x));
      b = f32x4.max(b, v128.load(x, 16));
    }
    for (; j < columns; j += 4, x += 16) {
      a = f32x4.max(a, loadLanes(x, min(4, columns - j), lowest));
    }
    x -= <usize>(j - columns) << 2;
    a = f32x4.max(a, b);
    a = f32x4.max(a, i32x4.shuffle(a, a, 2, 3, 0, 1));
    a = f32x4.max(a, i32x4.shuffle(a, a, 1, 0, 3, 2));
    store<f32>(out, f32x4.extract_lane(a, 0));
  }
}
