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

/** Adam and AdamW. Buffers: `exp_avg`, `exp_avg_sq` and, with amsgrad, `max_exp_avg_sq`. */
export const ADAM_STEP = "KindlingAdamStep";

/**
 * With `g` the gradient (negated when maximizing, plus `weightDecay · p` when not decoupled):
 * `p *= 1 − lr · weightDecay` when decoupled; `m += (g − m)(1 − β1)`; `v = β2 v + (1 − β2) g²`;
 * `v̂ = amsgrad ? max(v̂, v) : v`; `p −= stepSizes[i] · m / (√v̂ / rootCorrections[i] + eps)`.
 */
export interface AdamStepAttributes {
  /** Parameters in this call. */
  count: number;
  lr: number;
  beta1: number;
  beta2: number;
  eps: number;
  weightDecay: number;
  decoupledWeightDecay: boolean;
  amsgrad: boolean;
  maximize: boolean;
  /** `lr / (1 − β1ᵗ)`, one a parameter: a parameter without a gradient does not advance its t. */
  stepSizes: number[];
  /** `√(1 − β2ᵗ)`, one a parameter. */
  rootCorrections: number[];
}

/** SGD. Buffer: `momentum_buffer` when momentum is not 0; zeros before the first step. */
export const SGD_STEP = "KindlingSgdStep";

/**
 * With `g` the gradient (negated when maximizing) plus `weightDecay · p`: without momentum
 * `p −= lr · g`; with it `b = momentum · b + gradientScales[i] · g` and
 * `p −= lr · (nesterov ? g + momentum · b : b)`.
 */
export interface SgdStepAttributes {
  /** Parameters in this call. */
  count: number;
  lr: number;
  momentum: number;
  weightDecay: number;
  nesterov: boolean;
  maximize: boolean;
  /** 1 on a parameter's first step and `1 − dampening` after it, one a parameter. */
  gradientScales: number[];
}
