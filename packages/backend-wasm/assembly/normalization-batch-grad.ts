// BatchNorm's gradient in training on [rows, c]. With r = 1 / √(variance + eps) and x̂ = (x − mean)·r:
//   dbeta = Σ dy, dgamma = Σ dy·x̂, dx = gamma·r·(dy − dbeta / rows − x̂·dgamma / rows).
// Two passes over dy and x: the sums panel by panel, then dx from three factors a channel.
import { loadLanes, storeLanes } from "./gather-lanes";
import { panelRows } from "./reductions";
import { fma } from "./vector";

/** `gamma` may be 0, and so may `dx` where only the parameters' gradients are asked for. `scratch`: 3·c floats. */
export function batchNormGrad(
  dy: usize,
  x: usize,
  mean: usize,
  variance: usize,
  gamma: usize,
  dx: usize,
  dgamma: usize,
  dbeta: usize,
  scratch: usize,
  rows: i32,
  c: i32,
  eps: f32,
): void {
  const size = <usize>c << 2;
  memory.fill(dgamma, 0, size);
  memory.fill(dbeta, 0, size);
  const panel = panelRows(2 * c);
  for (let row = 0; row < rows; row += panel) {
    const count = min(panel, rows - row);
    const start = (<usize>row * c) << 2;
    let k: usize = 0;
    for (; k + 16 <= size; k += 16) {
      addSums(dy + start + k, x + start + k, mean + k, dgamma + k, dbeta + k, count, size, 4);
    }
    if (k < size) {
      const at = start + k;
      addSums(dy + at, x + at, mean + k, dgamma + k, dbeta + k, count, size, c & 3);
    }
  }
  const slope = scratch + size;
  const shift = slope + size;
  for (let k: usize = 0; k < size; k += 4) {
    const r: f32 = 1 / sqrt<f32>(load<f32>(variance + k) + eps);
    const factor: f32 = gamma == 0 ? r : r * load<f32>(gamma + k);
    const sum = load<f32>(dgamma + k) * r;
    store<f32>(dgamma + k, sum);
    store<f32>(scratch + k, factor);
    store<f32>(slope + k, (-factor * r * sum) / <f32>rows);
    store<f32>(shift + k, (-factor * load<f32>(dbeta + k)) / <f32>rows);
  }
  if (dx == 0) return;
  const rest = c & 3;
  const end = size - (<usize>rest << 2);
  for (let row = 0; row < rows; row++, dy += size, x += size, dx += size) {
    for (let k: usize = 0; k < end; k += 16) {
      combine(dy + k, x + k, dx + k, mean + k, scratch + k, size, 4);
    }
    if (rest != 0) combine(dy + end, x + end, dx + end, mean + end, scratch + end, size, rest);
  }
}

// Σ dy and Σ dy·(x − mean) of a panel, up to four channels; even and odd rows have their own sums.
// @ts-ignore: decorator
@inline
function addSums(
  dy: usize,
  x: usize,
  mean: usize,
  products: usize,
  sums: usize,
  rows: i32,
  step: usize,
  lanes: i32,
): void {
  const zero = f32x4.splat(0);
  const centre = loadLanes(mean, lanes, zero);
  let s0 = zero;
  let s1 = zero;
  let p0 = zero;
  let p1 = zero;
  let row = 0;
  for (; row + 2 <= rows; row += 2, dy += step * 2, x += step * 2) {
    const g0 = loadLanes(dy, lanes, zero);
    const g1 = loadLanes(dy + step, lanes, zero);
    s0 = f32x4.add(s0, g0);
    s1 = f32x4.add(s1, g1);
    p0 = fma(g0, f32x4.sub(loadLanes(x, lanes, zero), centre), p0);
    p1 = fma(g1, f32x4.sub(loadLanes(x + step, lanes, zero), centre), p1);
  }
  if (row < rows) {
    const g0 = loadLanes(dy, lanes, zero);
    s0 = f32x4.add(s0, g0);
    p0 = fma(g0, f32x4.sub(loadLanes(x, lanes, zero), centre), p0);
  }
  storeLanes(sums, f32x4.add(loadLanes(sums, lanes, zero), f32x4.add(s0, s1)), lanes);
  storeLanes(products, f32x4.add(loadLanes(products, lanes, zero), f32x4.add(p0, p1)), lanes);
}

// dx = dy·factor + (x − mean)·slope + shift, which lie `step` bytes apart.
// @ts-ignore: decorator
@inline
function combine(
  dy: usize,
  x: usize,
  dx: usize,
  mean: usize,
  factors: usize,
  step: usize,
  lanes: i32,
): void {
  const zero = f32x4.splat(0);
  const centred = f32x4.sub(loadLanes(x, lanes, zero), loadLanes(mean, lanes, zero));
  const slope = loadLanes(factors + step, lanes, zero);
  const shift = loadLanes(factors + step * 2, lanes, zero);
  const bent = fma(centred, slope, shift);
  const factor = loadLanes(factors, lanes, zero);
  storeLanes(dx, fma(loadLanes(dy, lanes, zero), factor, bent), lanes);
}
