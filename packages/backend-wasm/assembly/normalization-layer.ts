// LayerNorm over the last axis of [rows, c]: a row at a time, which stays in the first cache while its
// mean, its squared distances and its result are computed.
import { loadLanes, storeLanes } from "./gather-lanes";
import { sum, sumOfDistances } from "./reductions";
import { fma, sumLanes } from "./vector";

/** Rows whose parameter gradients are added up before they join the total. */
const ROWS: i32 = 64;

/** y = (x − mean)·r·gamma + beta with r = 1 / √(variance + eps); statistics[row] = (mean, r). */
export function layerNorm(
  x: usize,
  y: usize,
  gamma: usize,
  beta: usize,
  statistics: usize,
  rows: i32,
  c: i32,
  eps: f32,
): void {
  const size = <usize>c << 2;
  const end = <usize>(c & ~3) << 2;
  const share = 1 / <f64>c;
  for (let row = 0; row < rows; row++, x += size, y += size, statistics += 8) {
    const mean = <f32>(sum(x, c) * share);
    const r: f32 = 1 / sqrt<f32>(<f32>(sumOfDistances(x, c, mean) * share) + eps);
    store<f32>(statistics, mean);
    store<f32>(statistics, r, 4);
    const centre = f32x4.splat(mean);
    const factor = f32x4.splat(r);
    for (let k: usize = 0; k < end; k += 16) apply(x, y, gamma, beta, k, centre, factor, 4);
    if (end < size) apply(x, y, gamma, beta, end, centre, factor, c & 3);
  }
}

// @ts-ignore: decorator
@inline
function apply(
  x: usize,
  y: usize,
  gamma: usize,
  beta: usize,
  at: usize,
  centre: v128,
  factor: v128,
  lanes: i32,
): void {
  const zero = f32x4.splat(0);
  const normal = f32x4.mul(f32x4.sub(loadLanes(x + at, lanes, zero), centre), factor);
  const scale = gamma == 0 ? f32x4.splat(1) : loadLanes(gamma + at, lanes, zero);
  const shift = beta == 0 ? zero : loadLanes(beta + at, lanes, zero);
  storeLanes(y + at, fma(normal, scale, shift), lanes);
}

/**
 * dx = r·(g − mean of g − x̂·mean of g·x̂) with g = dy·gamma and x̂ = (x − mean)·r; dgamma = Σ dy·x̂ and
 * dbeta = Σ dy over rows, or neither where `dgamma` is 0. `scratch`: 2·c floats, sums of a block of rows.
 */
export function layerNormGrad(
  dy: usize,
  x: usize,
  gamma: usize,
  statistics: usize,
  dx: usize,
  dgamma: usize,
  dbeta: usize,
  scratch: usize,
  rows: i32,
  c: i32,
): void {
  const zero = f32x4.splat(0);
  const size = <usize>c << 2;
  const end = <usize>(c & ~3) << 2;
  const rest = c & 3;
  if (dgamma != 0) {
    memory.fill(dgamma, 0, size);
    memory.fill(dbeta, 0, size);
    memory.fill(scratch, 0, size * 2);
  }
  const own: usize = dgamma == 0 ? 0 : scratch;
  for (let row = 0; row < rows; row++, x += size, dy += size, dx += size, statistics += 8) {
    const centre = f32x4.splat(load<f32>(statistics));
    const factor = f32x4.splat(load<f32>(statistics, 4));
    let sums = zero;
    let products = zero;
    for (let k: usize = 0; k < end; k += 16) {
      const g = upstream(dy, gamma, k, 4);
      sums = f32x4.add(sums, g);
      products = fma(g, normalized(dy, x, own, k, size, centre, factor, 4), products);
    }
    if (rest != 0) {
      const g = upstream(dy, gamma, end, rest);
      sums = f32x4.add(sums, g);
      products = fma(g, normalized(dy, x, own, end, size, centre, factor, rest), products);
    }
    const shift = f32x4.splat(-sumLanes(sums) / <f32>c);
    const slope = f32x4.splat(-sumLanes(products) / <f32>c);
    for (let k: usize = 0; k < end; k += 16) {
      combine(dy, x, gamma, dx, k, centre, factor, shift, slope, 4);
    }
    if (rest != 0) combine(dy, x, gamma, dx, end, centre, factor, shift, slope, rest);
    if (dgamma != 0 && (row % ROWS == ROWS - 1 || row == rows - 1)) {
      flush(scratch, dgamma, c);
      flush(scratch + size, dbeta, c);
    }
  }
}

// @ts-ignore: decorator
@inline
function upstream(dy: usize, gamma: usize, at: usize, lanes: i32): v128 {
  const zero = f32x4.splat(0);
  const g = loadLanes(dy + at, lanes, zero);
  return gamma == 0 ? g : f32x4.mul(g, loadLanes(gamma + at, lanes, zero));
}

// x̂, which also adds dy·x̂ and dy to the sums of the block of rows: `size` bytes apart, unless `sums` is 0.
// @ts-ignore: decorator
@inline
function normalized(
  dy: usize,
  x: usize,
  sums: usize,
  at: usize,
  size: usize,
  centre: v128,
  factor: v128,
  lanes: i32,
): v128 {
  const zero = f32x4.splat(0);
  const normal = f32x4.mul(f32x4.sub(loadLanes(x + at, lanes, zero), centre), factor);
  if (sums != 0) {
    const to = sums + at;
    const g = loadLanes(dy + at, lanes, zero);
    storeLanes(to, fma(g, normal, loadLanes(to, lanes, zero)), lanes);
    storeLanes(to + size, f32x4.add(g, loadLanes(to + size, lanes, zero)), lanes);
  }
  return normal;
}

// @ts-ignore: decorator
@inline
function combine(
  dy: usize,
  x: usize,
  gamma: usize,
  dx: usize,
  at: usize,
  centre: v128,
  factor: v128,
  shift: v128,
  slope: v128,
  lanes: i32,
): void {
  const zero = f32x4.splat(0);
  const normal = f32x4.mul(f32x4.sub(loadLanes(x + at, lanes, zero), centre), factor);
  const g = f32x4.add(upstream(dy, gamma, at, lanes), shift);
  storeLanes(dx + at, f32x4.mul(factor, fma(normal, slope, g)), lanes);
}

// Adds `from` to `to` and sets it to 0.
function flush(from: usize, to: usize, size: i32): void {
  for (let k = 0; k < size; k++, from += 4, to += 4) {
    store<f32>(to, load<f32>(to) + load<f32>(from));
    store<f32>(from, 0);
  }
}
