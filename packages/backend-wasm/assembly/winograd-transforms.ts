// Winograd's F(2×2, 3×3) (Lavin and Gray, 2015): a 2×2 tile of the output from a 4×4 tile of the input by
// 16 products instead of 36. With g the 3×3 filter and d the tile, per input and output channel
//
//   y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A
//
// and, summed over channels, ⊙ is a matrix product at each of the 16 points. Its gradients are the same
// with the transforms turned around. Here are the transforms, four channels at a time; point (i, j) of a
// transformed value lies (4 i + j) · `step` bytes behind point (0, 0).
import { loadLanes, storeLanes } from "./gather-lanes";

/** v = Bᵀ d B for `channels`; `tile` is its first pixel, pixels `pixel` bytes apart and rows `row`. */
export function transformInput(
  tile: usize,
  row: usize,
  pixel: usize,
  v: usize,
  step: usize,
  channels: i32,
): void {
  let c = 0;
  for (; c + 4 <= channels; c += 4, tile += 16, v += 16) inputTile(tile, row, pixel, v, step, 4);
  if (c < channels) inputTile(tile, row, pixel, v, step, channels - c);
}

// Row i of Bᵀ takes two rows of the tile: 0 − 2, 1 + 2, 2 − 1, 1 − 3.
// @ts-ignore: decorator
@inline
function inputTile(
  tile: usize,
  row: usize,
  pixel: usize,
  v: usize,
  step: usize,
  lanes: i32,
): void {
  inputRow(tile, tile + 2 * row, pixel, v, step, lanes, false);
  inputRow(tile + row, tile + 2 * row, pixel, v + 4 * step, step, lanes, true);
  inputRow(tile + 2 * row, tile + row, pixel, v + 8 * step, step, lanes, false);
  inputRow(tile + row, tile + 3 * row, pixel, v + 12 * step, step, lanes, false);
}

// @ts-ignore: decorator
@inline
function inputRow(
  a: usize,
  b: usize,
  pixel: usize,
  v: usize,
  step: usize,
  lanes: i32,
  plus: bool,
): void {
  const e0 = combine(a, b, lanes, plus);
  const e1 = combine(a + pixel, b + pixel, lanes, plus);
  const e2 = combine(a + 2 * pixel, b + 2 * pixel, lanes, plus);
  const e3 = combine(a + 3 * pixel, b + 3 * pixel, lanes, plus);
  v128.store(v, f32x4.sub(e0, e2));
  v128.store(v + step, f32x4.add(e1, e2));
  v128.store(v + 2 * step, f32x4.sub(e2, e1));
  v128.store(v + 3 * step, f32x4.sub(e1, e3));
}

// @ts-ignore: decorator
@inline
function combine(a: usize, b: usize, lanes: i32, plus: bool): v128 {
  const zero = f32x4.splat(0);
  const left = loadLanes(a, lanes, zero);
  const right = loadLanes(b, lanes, zero);
  return plus ? f32x4.add(left, right) : f32x4.sub(left, right);
}

/** y = max(floor, Aᵀ m A + bias) for `lanes` channels, as far as `rows` and `columns` (1 or 2) reach. */
// @ts-ignore: decorator
@inline
export function transformOutput(
  m: usize,
  step: usize,
  y: usize,
  row: usize,
  pixel: usize,
  rows: i32,
  columns: i32,
  lanes: i32,
  bias: v128,
  floor: v128,
): void {
  const down = 4 * step;
  // Aᵀ by columns: (0 + 1 + 2) and (1 − 2 − 3).
  let a = v128.load(m + down);
  let b = v128.load(m + 2 * down);
  const s0 = f32x4.add(f32x4.add(v128.load(m), a), b);
  const t0 = f32x4.sub(f32x4.sub(a, b), v128.load(m + 3 * down));
  m += step;
  a = v128.load(m + down);
  b = v128.load(m + 2 * down);
  const s1 = f32x4.add(f32x4.add(v128.load(m), a), b);
  const t1 = f32x4.sub(f32x4.sub(a, b), v128.load(m + 3 * down));
  m += step;
  a = v128.load(m + down);
  b = v128.load(m + 2 * down);
  const s2 = f32x4.add(f32x4.add(v128.load(m), a), b);
  const t2 = f32x4.sub(f32x4.sub(a, b), v128.load(m + 3 * down));
  m += step;
  a = v128.load(m + down);
  b = v128.load(m + 2 * down);
  const s3 = f32x4.add(f32x4.add(v128.load(m), a), b);
  const t3 = f32x4.sub(f32x4.sub(a, b), v128.load(m + 3 * down));
  const first = f32x4.add(f32x4.add(f32x4.add(s0, s1), s2), bias);
  storeLanes(y, f32x4.pmax(first, floor), lanes);
  if (columns > 1) {
    const second = f32x4.add(f32x4.sub(f32x4.sub(s1, s2), s3), bias);
    storeLanes(y + pixel, f32x4.pmax(second, floor), lanes);
  }
  if (rows < 2) return;
  const third = f32x4.add(f32x4.add(f32x4.add(t0, t1), t2), bias);
  storeLanes(y + row, f32x4.pmax(third, floor), lanes);
  if (columns > 1) {
    const fourth = f32x4.add(f32x4.sub(f32x4.sub(t1, t2), t3), bias);
    storeLanes(y + row + pixel, f32x4.pmax(fourth, floor), lanes);
  }
}

/** v = A dy Aᵀ for `channels`: the adjoint of the output's transform. Missing rows and columns are zeros. */
export function transformUpstream(
  dy: usize,
  row: usize,
  pixel: usize,
  rows: i32,
  columns: i32,
  v: usize,
  step: usize,
  channels: i32,
): void {
  let c = 0;
  for (; c + 4 <= channels; c += 4, dy += 16, v += 16) {
    upstreamTile(dy, row, pixel, rows, columns, v, step, 4);
  }
  if (c < channels) upstreamTile(dy, row, pixel, rows, columns, v, step, channels - c);
}

// @ts-ignore: decorator
@inline
function upstreamTile(
  dy: usize,
  row: usize,
  pixel: usize,
  rows: i32,
  columns: i32,
  v: usize,
  step: usize,
  lanes: i32,
): void {
  const zero = f32x4.splat(0);
  const a = loadLanes(dy, lanes, zero);
  const b = columns > 1 ? loadLanes(dy + pixel, lanes, zero) : zero;
  const d = rows > 1 ? loadLanes(dy + row, lanes, zero) : zero;
  const e = rows > 1 && columns > 1 ? loadLanes(dy + row + pixel, lanes, zero) : zero;
  upstreamRow(a, b, v, step);
  upstreamRow(f32x4.add(a, d), f32x4.add(b, e), v + 4 * step, step);
  upstreamRow(f32x4.sub(a, d), f32x4.sub(b, e), v + 8 * step, step);
  upstreamRow(f32x4.neg(d), f32x4.neg(e), v + 12 * step, step);
}

// @ts-ignore: decorator
@inline
function upstreamRow(left: v128, right: v128, v: usize, step: usize): void {
  v128.store(v, left);
  v128.store(v + step, f32x4.add(left, right));
  v128.store(v + 2 * step, f32x4.sub(left, right));
  v128.store(v + 3 * step, f32x4.neg(right));
}

/** u = G g Gᵀ for `lanes` channels; the nine values of g lie `tap` bytes apart. */
// @ts-ignore: decorator
@inline
export function transformFilter(g: usize, tap: usize, u: usize, step: usize, lanes: i32): void {
  filterRow(g, tap, u, step, lanes, 0);
  filterRow(g, tap, u + 4 * step, step, lanes, 1);
  filterRow(g, tap, u + 8 * step, step, lanes, 2);
  filterRow(g, tap, u + 12 * step, step, lanes, 3);
}

// Row i of G g, then its columns: g0, (g0 + g1 + g2) / 2, (g0 − g1 + g2) / 2, g2.
// @ts-ignore: decorator
@inline
function filterRow(g: usize, tap: usize, u: usize, step: usize, lanes: i32, i: i32): void {
  const half = f32x4.splat(0.5);
  const a = downFilter(g, tap, lanes, i);
  const b = downFilter(g + tap, tap, lanes, i);
  const c = downFilter(g + 2 * tap, tap, lanes, i);
  const outer = f32x4.add(a, c);
  storeLanes(u, a, lanes);
  storeLanes(u + step, f32x4.mul(f32x4.add(outer, b), half), lanes);
  storeLanes(u + 2 * step, f32x4.mul(f32x4.sub(outer, b), half), lanes);
  storeLanes(u + 3 * step, c, lanes);
}

// @ts-ignore: decorator
@inline
function downFilter(g: usize, tap: usize, lanes: i32, i: i32): v128 {
  const zero = f32x4.splat(0);
  if (i == 0) return loadLanes(g, lanes, zero);
  if (i == 3) return loadLanes(g + 6 * tap, lanes, zero);
  const outer = f32x4.add(loadLanes(g, lanes, zero), loadLanes(g + 6 * tap, lanes, zero));
  const middle = loadLanes(g + 3 * tap, lanes, zero);
  const sum = i == 1 ? f32x4.add(outer, middle) : f32x4.sub(outer, middle);
  return f32x4.mul(sum, f32x4.splat(0.5));
}

/** dg = Gᵀ u G for `lanes` channels: the adjoint of the filter's transform. */
// @ts-ignore: decorator
@inline
export function transformFilterGradient(
  u: usize,
  step: usize,
  dg: usize,
  tap: usize,
  lanes: i32,
): void {
  gradientRow(u, step, dg, tap, lanes, 0);
  gradientRow(u, step, dg + 3 * tap, tap, lanes, 1);
  gradientRow(u, step, dg + 6 * tap, tap, lanes, 2);
}

// Row i of Gᵀ u, then its columns: u0 + (u1 + u2) / 2, (u1 − u2) / 2, (u1 + u2) / 2 + u3.
// @ts-ignore: decorator
@inline
function gradientRow(u: usize, step: usize, dg: usize, tap: usize, lanes: i32, i: i32): void {
  const half = f32x4.splat(0.5);
  const b = downGradient(u + step, step, i);
  const c = downGradient(u + 2 * step, step, i);
  const sum = f32x4.mul(f32x4.add(b, c), half);
  storeLanes(dg, f32x4.add(downGradient(u, step, i), sum), lanes);
  storeLanes(dg + tap, f32x4.mul(f32x4.sub(b, c), half), lanes);
  storeLanes(dg + 2 * tap, f32x4.add(sum, downGradient(u + 3 * step, step, i)), lanes);
}

// @ts-ignore: decorator
@inline
function downGradient(u: usize, step: usize, i: i32): v128 {
  const half = f32x4.splat(0.5);
  const b = v128.load(u + 4 * step);
  const c = v128.load(u + 8 * step);
  if (i == 1) return f32x4.mul(f32x4.sub(b, c), half);
  const sum = f32x4.mul(f32x4.add(b, c), half);
  return f32x4.add(sum, v128.load(i == 0 ? u : u + 12 * step));
}
