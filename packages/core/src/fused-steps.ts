// The offer of fused kernels. A backend that registers one of these names updates all parameters of a
// group in one call; where there is none, the optimizer composes plain ops.
//
// Inputs: one flat list, `count` tensors of each kind after another: all parameters, all gradients, then
// each state buffer for all parameters, in the order given with the attributes below.
//
// Outputs: the same list without the gradients, as the new values.
//
// In place: an output may be its input's own buffer, returned under the same dataId with one reference
// added. A kernel may do that only when it holds the sole reference: `backend.refCount(dataId) === 1`.
// More means that a clone or a reshape of the parameter is alive (a copy that the user took, a snapshot
// that stateDict is reading, a tensor that a tape saved), and that must keep the old values. What a
// backend remembers about the old contents (XNNPACK's packed weights) must be forgotten with them.

/**
 * Adam and AdamW. Buffers: `exp_avg`, `exp_avg_sq` and, with amsgrad, `max_exp_avg_sq`.
 *
 * @example
 * ```ts
 * hasKernel(ADAM_STEP); // => true; the wasm backend updates all parameters in one call
 * ```
 */
export const ADAM_STEP = "KindlingAdamStep";

/**
 * With `g` the gradient (negated when maximizing, plus `weightDecay · p` when not decoupled):
 * `p *= 1 − lr · weightDecay` when decoupled; `m += (g − m)(1 − β1)`; `v = β2 v + (1 − β2) g²`;
 * `v̂ = amsgrad ? max(v̂, v) : v`; `p −= stepSizes[i] · m / (√v̂ / rootCorrections[i] + eps)`.
 */
export interface AdamStepAttributes {
  /** Parameters in this call. */
  count: number;
  /** The learning rate, from 0. */
  lr: number;
  /** β1, the share of the old mean of gradients, 0 to below 1. */
  beta1: number;
  /** β2, the share of the old mean of squared gradients, 0 to below 1. */
  beta2: number;
  /** Added to the root of the squared gradients, from 0. */
  eps: number;
  /** The factor of the penalty on weights, from 0. */
  weightDecay: number;
  /** True for AdamW: the weights shrink by themselves, not through the gradient. */
  decoupledWeightDecay: boolean;
  /** True divides by the largest mean of squares so far. */
  amsgrad: boolean;
  /** True climbs instead of descending. */
  maximize: boolean;
  /** `lr / (1 − β1ᵗ)`, one a parameter: a parameter without a gradient does not advance its t. */
  stepSizes: number[];
  /** `√(1 − β2ᵗ)`, one a parameter. */
  rootCorrections: number[];
}

/**
 * SGD. Buffer: `momentum_buffer` when momentum is not 0; zeros before the first step.
 *
 * @example
 * ```ts
 * hasKernel(SGD_STEP); // => true; the wasm backend updates all parameters in one call
 * ```
 */
export const SGD_STEP = "KindlingSgdStep";

/**
 * With `g` the gradient (negated when maximizing) plus `weightDecay · p`: without momentum
 * `p −= lr · g`; with it `b = momentum · b + gradientScales[i] · g` and
 * `p −= lr · (nesterov ? g + momentum · b : b)`.
 */
export interface SgdStepAttributes {
  /** Parameters in this call. */
  count: number;
  /** The learning rate, from 0. */
  lr: number;
  /** The share of the old step in the new one, from 0. */
  momentum: number;
  /** The factor of the penalty on weights, from 0. */
  weightDecay: number;
  /** True looks one step of momentum ahead. */
  nesterov: boolean;
  /** True climbs instead of descending. */
  maximize: boolean;
  /** 1 on a parameter's first step and `1 − dampening` after it, one a parameter. */
  gradientScales: number[];
}
