// Optimizer steps in place, one array a call, in float32 as PyTorch computes them. The formulas and what
// the constants mean are in packages/core/src/fused-steps.ts. Four floats at a time, the last 1 to 3 as lanes.
import { loadLanes, storeLanes } from "./gather-lanes";

/** `b` is the momentum buffer, or 0 without momentum; `sign` is −1 when maximizing. */
export function sgdStep(
  p: usize,
  g: usize,
  b: usize,
  size: i32,
  lr: f32,
  momentum: f32,
  gradientScale: f32,
  weightDecay: f32,
  sign: f32,
  nesterov: i32,
): void {
  const rate = f32x4.splat(lr);
  const decay = f32x4.splat(weightDecay);
  const keep = f32x4.splat(momentum);
  const share = f32x4.splat(gradientScale);
  const direction = f32x4.splat(sign);
  if (b == 0) {
    const end = <usize>(size & ~3) << 2;
    let at: usize = 0;
    for (; at < end; at += 16) descend(p + at, g + at, rate, decay, direction, 4);
    if ((size & 3) != 0) descend(p + at, g + at, rate, decay, direction, size & 3);
    return;
  }
  const end = <usize>(size & ~3) << 2;
  const ahead = nesterov != 0;
  let at: usize = 0;
  for (; at < end; at += 16) {
    roll(p + at, g + at, b + at, rate, decay, keep, share, direction, ahead, 4);
  }
  if ((size & 3) != 0) {
    roll(p + at, g + at, b + at, rate, decay, keep, share, direction, ahead, size & 3);
  }
}

// p −= lr · (±g + weightDecay · p).
// @ts-ignore: decorator
@inline
function descend(p: usize, g: usize, lr: v128, decay: v128, sign: v128, lanes: i32): void {
  const zero = f32x4.splat(0);
  const value = loadLanes(p, lanes, zero);
  const gradient = f32x4.add(
    f32x4.mul(sign, loadLanes(g, lanes, zero)),
    f32x4.mul(decay, value),
  );
  storeLanes(p, f32x4.sub(value, f32x4.mul(lr, gradient)), lanes);
}

// The same with momentum: b = momentum · b + share · gradient.
// @ts-ignore: decorator
@inline
function roll(
  p: usize,
  g: usize,
  b: usize,
  lr: v128,
  decay: v128,
  momentum: v128,
  share: v128,
  sign: v128,
  nesterov: bool,
  lanes: i32,
): void {
  const zero = f32x4.splat(0);
  const value = loadLanes(p, lanes, zero);
  const gradient = f32x4.add(
    f32x4.mul(sign, loadLanes(g, lanes, zero)),
    f32x4.mul(decay, value),
  );
  const next = f32x4.add(
    f32x4.mul(momentum, loadLanes(b, lanes, zero)),
    f32x4.mul(share, gradient),
  );
  storeLanes(b, next, lanes);
  const direction = nesterov ? f32x4.add(gradient, f32x4.mul(momentum, next)) : next;
  storeLanes(p, f32x4.sub(value, f32x4.mul(lr, direction)), lanes);
}

/**
 * Adam and AdamW. `largest` is amsgrad's buffer or 0; `shrink` is 1 − lr · weightDecay when decoupled and
 * `penalty` is weightDecay when not; `share1` and `share2` are 1 − β1 and 1 − β2.
 */
export function adamStep(
  p: usize,
  g: usize,
  m: usize,
  v: usize,
  largest: usize,
  size: i32,
  sign: f32,
  shrink: f32,
  penalty: f32,
  share1: f32,
  beta2: f32,
  share2: f32,
  eps: f32,
  stepSize: f32,
  rootCorrection: f32,
): void {
  const end = <usize>(size & ~3) << 2;
  for (let at: usize = 0; at < end; at += 16) {
    adam(
      p + at, g + at, m + at, v + at, largest == 0 ? 0 : largest + at,
      sign, shrink, penalty, share1, beta2, share2, eps, stepSize, rootCorrection, 4,
    );
  }
  if ((size & 3) != 0) {
    adam(
      p + end, g + end, m + end, v + end, largest == 0 ? 0 : largest + end,
      sign, shrink, penalty, share1, beta2, share2, eps, stepSize, rootCorrection, size & 3,
    );
  }
}

// @ts-ignore: decorator
@inline
function adam(
  p: usize,
  g: usize,
  m: usize,
  v: usize,
  largest: usize,
  sign: f32,
  shrink: f32,
  penalty: f32,
  share1: f32,
  beta2: f32,
  share2: f32,
  eps: f32,
  stepSize: f32,
  rootCorrection: f32,
  lanes: i32,
): void {
  const zero = f32x4.splat(0);
  const value = f32x4.mul(loadLanes(p, lanes, zero), f32x4.splat(shrink));
  const gradient = f32x4.add(
    f32x4.mul(f32x4.splat(sign), loadLanes(g, lanes, zero)),
    f32x4.mul(f32x4.splat(penalty), value),
  );
  const before = loadLanes(m, lanes, zero);
  const mean = f32x4.add(
    before,
    f32x4.mul(f32x4.sub(gradient, before), f32x4.splat(share1)),
  );
  storeLanes(m, mean, lanes);
  let bound = f32x4.add(
    f32x4.mul(loadLanes(v, lanes, zero), f32x4.splat(beta2)),
    f32x4.mul(f32x4.mul(gradient, gradient), f32x4.splat(share2)),
  );
  storeLanes(v, bound, lanes);
  if (largest != 0) {
    bound = f32x4.max(loadLanes(largest, lanes, zero), bound);
    storeLanes(largest, bound, lanes);
  }
  const root = f32x4.div(f32x4.sqrt(bound), f32x4.splat(rootCorrection));
  const step = f32x4.div(
    f32x4.mul(f32x4.splat(stepSize), mean),
    f32x4.add(root, f32x4.splat(eps)),
  );
  storeLanes(p, f32x4.sub(value, step), lanes);
}
