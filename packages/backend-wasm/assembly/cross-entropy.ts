// The cross-entropy of rows of logits with class indices, and its gradient: softmax − onehot, a row at a
// time while it is in the cache. With smoothing ε and class weights w (torch's):
//   loss = −(1 − ε)·w[y]·log p[y] − ε / C · Σ w[k]·log p[k], and 0 where the label is `ignoreIndex`;
//   d loss / d x[k] = W·p[k] − (1 − ε)·w[y]·[k = y] − ε / C · w[k], with W the sum of the factors above.
// Exponentials are of x − max, so any finite logits do; their sums are float64 from block to block.
import { exp, log } from "./exp";
import { loadLanes, storeLanes } from "./gather-lanes";
import { sum } from "./reductions";
import { sumLanes } from "./vector";

const NONE: i32 = 0;
const MEAN: i32 = 2;
const BLOCK: i32 = 1024;

/**
 * The losses, `[rows]` with reduction 0 or one float with 1 (sum) and 2 (mean over the labels' weights).
 * `weights` is `[classes]` or 0. `statistics` is `[rows, 2]`, each row's maximum and sum of exponentials,
 * for the gradient. With `dx` not 0 also the gradient for an upstream gradient of 1.
 * Returns 0, or 1 + the first row whose label is no class, with nothing written.
 */
export function crossEntropy(
  logits: usize,
  labels: usize,
  weights: usize,
  losses: usize,
  statistics: usize,
  dx: usize,
  rows: i32,
  classes: i32,
  ignoreIndex: i32,
  smoothing: f64,
  reduction: i32,
): i32 {
  for (let row = 0; row < rows; row++) {
    const label = load<i32>(labels + (<usize>row << 2));
    if (label != ignoreIndex && <u32>label >= <u32>classes) return row + 1;
  }
  const bytes = <usize>classes << 2;
  const spread = smoothing / <f64>classes;
  const mass = spread == 0 ? 0 : spread * totalWeight(weights, classes);
  const divisor = reduction == MEAN ? labelWeights(labels, weights, rows, ignoreIndex) : 1;
  let total: f64 = 0;
  for (let row = 0; row < rows; row++, logits += bytes, statistics += 8) {
    const label = load<i32>(labels + (<usize>row << 2));
    const largest = maximum(logits, classes);
    const exponentials = exponentiate(logits, dx, largest, classes);
    store<f32>(statistics, largest);
    store<f32>(statistics, <f32>exponentials, 4);
    let loss: f64 = 0;
    if (label != ignoreIndex) {
      const logSum = log(exponentials);
      const own = (1 - smoothing) * weightOf(weights, label);
      // Both sides relative to the maximum: large logits lose nothing.
      const chosen = <f64>load<f32>(logits + (<usize>label << 2)) - <f64>largest;
      loss = own * (logSum - chosen);
      if (spread != 0) {
        loss += mass * logSum - spread * weighted(logits, weights, largest, classes);
      }
      if (dx != 0) finish(dx, weights, label, classes, exponentials, own, spread, mass, 1 / divisor);
    } else if (dx != 0) memory.fill(dx, 0, bytes);
    if (dx != 0) dx += bytes;
    if (reduction == NONE) store<f32>(losses + (<usize>row << 2), <f32>loss);
    else total += loss;
  }
  if (reduction != NONE) store<f32>(losses, <f32>(total / divisor));
  return 0;
}

/** The gradient from `statistics` and `dy`, `[rows]` with reduction 0 and one float otherwise. */
export function crossEntropyGrad(
  dy: usize,
  logits: usize,
  labels: usize,
  weights: usize,
  statistics: usize,
  dx: usize,
  rows: i32,
  classes: i32,
  ignoreIndex: i32,
  smoothing: f64,
  reduction: i32,
): void {
  const bytes = <usize>classes << 2;
  const spread = smoothing / <f64>classes;
  const mass = spread == 0 ? 0 : spread * totalWeight(weights, classes);
  const divisor = reduction == MEAN ? labelWeights(labels, weights, rows, ignoreIndex) : 1;
  for (let row = 0; row < rows; row++, logits += bytes, dx += bytes, statistics += 8) {
    const label = load<i32>(labels + (<usize>row << 2));
    if (label == ignoreIndex) {
      memory.fill(dx, 0, bytes);
      continue;
    }
    const upstream = <f64>load<f32>(dy + (reduction == NONE ? <usize>row << 2 : 0));
    exponentiate(logits, dx, load<f32>(statistics), classes);
    const exponentials = <f64>load<f32>(statistics, 4);
    const own = (1 - smoothing) * weightOf(weights, label);
    finish(dx, weights, label, classes, exponentials, own, spread, mass, upstream / divisor);
  }
}

// Turns a row of exponentials into its gradient.
function finish(
  dx: usize,
  weights: usize,
  label: i32,
  classes: i32,
  exponentials: f64,
  own: f64,
  spread: f64,
  mass: f64,
  scale: f64,
): void {
  const zero = f32x4.splat(0);
  const slope = f32x4.splat(<f32>((scale * (own + mass)) / exponentials));
  const smooth = f32x4.splat(<f32>(scale * spread));
  for (let j = 0; j < classes; j += 4) {
    const lanes = min(4, classes - j);
    const at = <usize>j << 2;
    let v = f32x4.mul(loadLanes(dx + at, lanes, zero), slope);
    if (spread != 0) {
      const weight = weights == 0 ? f32x4.splat(1) : loadLanes(weights + at, lanes, zero);
      v = f32x4.sub(v, f32x4.mul(smooth, weight));
    }
    storeLanes(dx + at, v, lanes);
  }
  const to = dx + (<usize>label << 2);
  store<f32>(to, load<f32>(to) - <f32>(scale * own));
}

// The largest of a row; NaN is left to the exponentials.
function maximum(x: usize, size: i32): f32 {
  const lowest = f32x4.splat(-Infinity);
  let a = lowest;
  let b = lowest;
  let j = 0;
  for (; j + 8 <= size; j += 8, x += 32) {
    a = f32x4.pmax(a, v128.load(x));
    b = f32x4.pmax(b, v128.load(x, 16));
  }
  for (; j < size; j += 4, x += 16) {
    a = f32x4.pmax(a, loadLanes(x, min(4, size - j), lowest));
  }
  a = f32x4.pmax(a, b);
  a = f32x4.pmax(a, i32x4.shuffle(a, a, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.pmax(a, i32x4.shuffle(a, a, 1, 0, 3, 2)), 0);
}

// Writes exp(x − largest) to `e` unless that is 0; returns their sum. Eight at a time share the constants.
function exponentiate(x: usize, e: usize, largest: f32, size: i32): f64 {
  const lowest = f32x4.splat(-Infinity);
  const shift = f32x4.splat(largest);
  let total: f64 = 0;
  for (let start = 0; start < size; start += BLOCK) {
    const end = min(size, start + BLOCK);
    let sums = f32x4.splat(0);
    let j = start;
    for (; j + 8 <= end; j += 8, x += 32) {
      const first = exp(f32x4.sub(v128.load(x), shift));
      const second = exp(f32x4.sub(v128.load(x, 16), shift));
      sums = f32x4.add(sums, f32x4.add(first, second));
      if (e != 0) {
        v128.store(e + (<usize>j << 2), first);
        v128.store(e + (<usize>j << 2), second, 16);
      }
    }
    for (; j < end; j += 4, x += 16) {
      const lanes = min(4, end - j);
      // Lanes past the end are exp(−∞), except that −∞ − −∞ is NaN, which that row is anyway.
      const v = exp(f32x4.sub(loadLanes(x, lanes, lowest), shift));
      sums = f32x4.add(sums, v);
      if (e != 0) storeLanes(e + (<usize>j << 2), v, lanes);
    }
    total += <f64>sumLanes(sums);
  }
  return total;
}

// Σ w[k]·(x[k] − largest).
function weighted(x: usize, weights: usize, largest: f32, size: i32): f64 {
  let total: f64 = 0;
  for (let j = 0; j < size; j++) {
    const at = <usize>j << 2;
    total += weightOf(weights, j) * (<f64>load<f32>(x + at) - <f64>largest);
  }
  return total;
}

// @ts-ignore: decorator
@inline
function weightOf(weights: usize, label: i32): f64 {
  return weights == 0 ? 1 : <f64>load<f32>(weights + (<usize>label << 2));
}

function totalWeight(weights: usize, classes: i32): f64 {
  return weights == 0 ? <f64>classes : sum(weights, classes);
}

function labelWeights(labels: usize, weights: usize, rows: i32, ignoreIndex: i32): f64 {
  let total: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const label = load<i32>(labels + (<usize>row << 2));
    if (label != ignoreIndex) total += weightOf(weights, label);
  }
  return total;
}
