// BatchNorm on [rows, c] (NHWC with all axes but the last as rows). Statistics go panel by panel: a panel
// of rows stays in the first cache while its mean and then its squared distances are summed, and Chan's
// formula merges panels: as accurate as two passes over the tensor, for the memory traffic of one.
import { loadLanes, storeLanes } from "./gather-lanes";
import { panelRows } from "./reductions";
import { fma } from "./vector";

/** mean[c] and variance[c], the biased one (divided by rows). */
export function batchNormStatistics(
  x: usize,
  mean: usize,
  variance: usize,
  rows: i32,
  c: i32,
): void {
  const zero = f32x4.splat(0);
  memory.fill(mean, 0, <usize>c << 2);
  memory.fill(variance, 0, <usize>c << 2);
  const panel = panelRows(c);
  for (let row = 0; row < rows; row += panel) {
    const count = min(panel, rows - row);
    const start = x + ((<usize>row * c) << 2);
    const share = <f32>count / <f32>(row + count);
    const between = <f32>row * share;
    let k = 0;
    for (; k + 4 <= c; k += 4) {
      const at = <usize>k << 2;
      mergeMoments(start + at, mean + at, variance + at, count, c, share, between, 4);
    }
    if (k < c) {
      const at = <usize>k << 2;
      mergeMoments(start + at, mean + at, variance + at, count, c, share, between, c - k);
    }
  }
  for (let k = 0; k < c; k += 4) {
    const lanes = min(4, c - k);
    const to = variance + (<usize>k << 2);
    storeLanes(to, f32x4.div(loadLanes(to, lanes, zero), f32x4.splat(<f32>rows)), lanes);
  }
}

// One panel, up to four channels: its mean, its squared distances, merged into what is there. Every fourth
// row has its own sum, for more additions in flight.
// @ts-ignore: decorator
@inline
function mergeMoments(
  x: usize,
  mean: usize,
  squares: usize,
  rows: i32,
  c: i32,
  share: f32,
  between: f32,
  lanes: i32,
): void {
  const zero = f32x4.splat(0);
  const step = <usize>c << 2;
  let s0 = zero;
  let s1 = zero;
  let s2 = zero;
  let s3 = zero;
  let from = x;
  let row = 0;
  for (; row + 4 <= rows; row += 4, from += step * 4) {
    s0 = f32x4.add(s0, loadLanes(from, lanes, zero));
    s1 = f32x4.add(s1, loadLanes(from + step, lanes, zero));
    s2 = f32x4.add(s2, loadLanes(from + step * 2, lanes, zero));
    s3 = f32x4.add(s3, loadLanes(from + step * 3, lanes, zero));
  }
  for (; row < rows; row++, from += step) s0 = f32x4.add(s0, loadLanes(from, lanes, zero));
  const sum = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
  const here = f32x4.div(sum, f32x4.splat(<f32>rows));
  s0 = zero;
  s1 = zero;
  s2 = zero;
  s3 = zero;
  from = x;
  row = 0;
  for (; row + 4 <= rows; row += 4, from += step * 4) {
    s0 = addSquare(s0, from, here, lanes);
    s1 = addSquare(s1, from + step, here, lanes);
    s2 = addSquare(s2, from + step * 2, here, lanes);
    s3 = addSquare(s3, from + step * 3, here, lanes);
  }
  for (; row < rows; row++, from += step) s0 = addSquare(s0, from, here, lanes);
  const distances = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
  const before = loadLanes(mean, lanes, zero);
  const delta = f32x4.sub(here, before);
  storeLanes(mean, fma(delta, f32x4.splat(share), before), lanes);
  const moved = f32x4.mul(f32x4.mul(delta, delta), f32x4.splat(between));
  const old = loadLanes(squares, lanes, zero);
  storeLanes(squares, f32x4.add(old, f32x4.add(distances, moved)), lanes);
}

// @ts-ignore: decorator
@inline
function addSquare(sum: v128, x: usize, mean: v128, lanes: i32): v128 {
  const d = f32x4.sub(loadLanes(x, lanes, mean), mean);
  return fma(d, d, sum);
}

/**
 * y = (x − mean) / √(variance + eps) · gamma + beta; `gamma` and `beta` may be 0. `scratch` holds 2·c
 * floats: the factor and beta, so that the pass over the rows is one subtraction and one fma.
 */
export function batchNormApply(
  x: usize,
  y: usize,
  mean: usize,
  variance: usize,
  gamma: usize,
  beta: usize,
  scratch: usize,
  rows: i32,
  c: i32,
  eps: f32,
): void {
  const size = <usize>c << 2;
  const shift = scratch + size;
  for (let k: usize = 0; k < size; k += 4) {
    const factor: f32 = gamma == 0 ? 1 : load<f32>(gamma + k);
    store<f32>(scratch + k, factor / sqrt<f32>(load<f32>(variance + k) + eps));
    store<f32>(shift + k, beta == 0 ? 0 : load<f32>(beta + k));
  }
  const rest = c & 3;
  const end = size - (<usize>rest << 2);
  for (let row = 0; row < rows; row++, x += size, y += size) {
    for (let k: usize = 0; k < end; k += 16) {
      apply(x + k, y + k, mean + k, scratch + k, shift + k, 4);
    }
    if (rest != 0) apply(x + end, y + end, mean + end, scratch + end, shift + end, rest);
  }
}

// @ts-ignore: decorator
@inline
function apply(x: usize, y: usize, mean: usize, factor: usize, shift: usize, lanes: i32): void {
  const zero = f32x4.splat(0);
  const centred = f32x4.sub(loadLanes(x, lanes, zero), loadLanes(mean, lanes, zero));
  const scaled = fma(centred, loadLanes(factor, lanes, zero), loadLanes(shift, lanes, zero));
  storeLanes(y, scaled, lanes);
}
