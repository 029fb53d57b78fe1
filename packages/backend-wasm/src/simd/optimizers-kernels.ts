/**
 * Optimizer steps in place on arrays of `size` floats. The formulas are those of packages/core/src/fused-steps.ts;
 * `sign` is −1 when maximizing and 1 otherwise.
 */
export interface OptimizerKernels {
  /** `b`: the momentum buffer, or 0 without momentum. `nesterov`: 1 or 0. */
  sgdStep(
    p: number,
    g: number,
    b: number,
    size: number,
    lr: number,
    momentum: number,
    gradientScale: number,
    weightDecay: number,
    sign: number,
    nesterov: number,
  ): void;
  /**
   * Adam and AdamW. `largest`: amsgrad's buffer or 0. `shrink`: 1 − lr · weightDecay when decoupled, else
   * 1; `penalty`: weightDecay when not decoupled, else 0. `share1`, `share2`: 1 − β1 and 1 − β2.
   */
  adamStep(
    p: number,
    g: number,
    m: number,
    v: number,
    largest: number,
    size: number,
    sign: number,
    shrink: number,
    penalty: number,
    share1: number,
    beta2: number,
    share2: number,
    eps: number,
    stepSize: number,
    rootCorrection: number,
  ): void;
}
