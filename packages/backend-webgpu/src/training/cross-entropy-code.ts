// WGSL of the cross-entropy with class indices. With smoothing ε and class weights w (PyTorch's):
//   loss = −(1 − ε)·w[y]·log p[y] − ε / C · Σ w[k]·log p[k], and 0 where the label is `ignoreIndex`.
// A row's statistics: its maximum, its sum of exponentials, what the loss is divided by, and ε / C · Σ w[k].
// NaN goes through u32: WGSL lets a compiler assume that floats are never NaN, and SwiftShader's log(NaN) is 89.

import { workgroupTotal } from "./workgroup-total.ts";

/** Threads for a row, and for the sum over all rows. */
export const ROW_THREADS = 64;
export const SUM_THREADS = 256;

const helpers = (threads: number) => `${workgroupTotal(threads)}
const NAN_BITS = 0x7fc00000u;
fn largestOf(local: u32, value: f32) -> f32 {
  lanes[local] = value;
  workgroupBarrier();
  for (var half = ${threads / 2}u; half > 0u; half /= 2u) {
    if (local < half) { lanes[local] = max(lanes[local], lanes[local + half]); }
    workgroupBarrier();
  }
  let result = lanes[0];
  workgroupBarrier();
  return result;
}

fn isOdd(value: f32) -> bool { // NaN or +∞, whose softmax is NaN
  let bits = bitcast<u32>(value);
  return (bits & 0x7fffffffu) > 0x7f800000u || bits == 0x7f800000u;
}
`;

const weightOf = (weighted: boolean) => `
fn weightOf(k: i32) -> f32 { return ${weighted ? "weight[k]" : "1.0"}; }
`;

const isClass = "let isClass = label >= 0 && label < u.classes;";

/** A workgroup a row: `losses` as bits, and `statistics` `[rows, 4]`. */
export function rowCode(weighted: boolean): string {
  return `${helpers(ROW_THREADS)}${weightOf(weighted)}
@compute @workgroup_size(${ROW_THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let row = i32(group.y * groups.x + group.x);
  if (row >= u.rows) { return; }
  let base = row * u.classes;
  var odd = 0.0;
  var highest = -3.4028234e38;
  for (var k = i32(local); k < u.classes; k += ${ROW_THREADS}) {
    let value = logits[base + k];
    if (isOdd(value)) { odd = 1.0; } else { highest = max(highest, value); }
  }
  odd = largestOf(local, odd);
  let largest = largestOf(local, highest);
  var exponentials = 0.0;
  var spread = 0.0;
  var weights = 0.0;
  for (var k = i32(local); k < u.classes; k += ${ROW_THREADS}) {
    let value = logits[base + k] - largest;
    exponentials += exp(value);
    if (u.even > 0.0) {
      spread += weightOf(k) * value;
      weights += weightOf(k);
    }
  }
  exponentials = total(local, exponentials);
  spread = total(local, spread);
  let mass = u.even * total(local, weights);
  if (local > 0u) { return; }
  let label = labels[row];
  ${isClass}
  odd += f32(exponentials == 0.0);
  statistics[4 * row] = largest;
  statistics[4 * row + 1] = select(exponentials, 0.0, odd > 0.0);
  statistics[4 * row + 2] = 1.0;
  statistics[4 * row + 3] = mass;
  if (label == u.ignore) {
    losses[row] = 0u;
  } else if (!isClass || odd > 0.0) {
    losses[row] = NAN_BITS;
  } else {
    let logSum = log(exponentials);
    let chosen = logits[base + label] - largest;
    let own = u.own * weightOf(label) * (logSum - chosen);
    var smoothed = 0.0;
    if (u.even > 0.0) { smoothed = mass * logSum - u.even * spread; }
    losses[row] = bitcast<u32>(own + smoothed);
  }
}`;
}

/** One workgroup: the sum of the rows' losses, or their mean, and the divisor into the statistics. */
export function sumCode(weighted: boolean): string {
  return `${helpers(SUM_THREADS)}${weightOf(weighted)}
@compute @workgroup_size(${SUM_THREADS})
fn main(@builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  var weights = 0.0;
  var odd = 0.0;
  for (var row = i32(local); row < u.rows; row += ${SUM_THREADS}) {
    let bits = losses[row];
    if ((bits & 0x7fffffffu) > 0x7f800000u) { odd = 1.0; } else { sum += bitcast<f32>(bits); }
    let label = labels[row];
    ${isClass}
    if (label != u.ignore && isClass) { weights += weightOf(label); }
  }
  sum = total(local, sum);
  odd = largestOf(local, odd);
  weights = total(local, weights);
  let divisor = select(1.0, weights, u.mean != 0);
  for (var row = i32(local); row < u.rows; row += ${SUM_THREADS}) {
    statistics[4 * row + 2] = divisor;
  }
  if (local > 0u) { return; }
  loss[0] = select(bitcast<u32>(sum / divisor), NAN_BITS, odd > 0.0 || divisor == 0.0);
}`;
}

/** A thread a logit: `dx` as bits. The loss's own gradient is a binding, or one number in the uniforms. */
export function gradientCode(weighted: boolean, bound: boolean): string {
  return `
  let at = i32(i);
  let row = at / u.classes;
  let k = at % u.classes;
  let label = labels[row];
  ${isClass}
  let exponentials = statistics[4 * row + 1];
  let upstream = ${bound ? "dy[select(0, row, u.mean < 0)]" : "u.upstream"};
  if (label == u.ignore) {
    dx[i] = 0u;
  } else if (!isClass || exponentials == 0.0) {
    dx[i] = 0x7fc00000u;
  } else {
    let own = u.own * ${weighted ? "weight[label]" : "1.0"};
    let spread = u.even * ${weighted ? "weight[k]" : "1.0"};
    let share = exp(logits[i] - statistics[4 * row]) / exponentials;
    let slope = (own + statistics[4 * row + 3]) * share - spread - select(0.0, own, k == label);
    dx[i] = bitcast<u32>(upstream / statistics[4 * row + 2] * slope);
  }`;
}
