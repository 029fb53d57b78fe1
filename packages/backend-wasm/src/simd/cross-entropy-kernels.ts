/** How losses are reduced, as the kernels take it. */
export const LOSS_REDUCTIONS = { none: 0, sum: 1, mean: 2 } as const;

/**
 * Cross-entropy of logits `[rows, classes]` with int32 labels `[rows]`, as torch's with class indices.
 * `weights` is `[classes]` or 0 for none; `smoothing` is the label smoothing; `reduction` one of
 * {@link LOSS_REDUCTIONS}, the mean being over the weights of the labels that are not `ignoreIndex`.
 */
export interface CrossEntropyKernels {
  /**
   * `losses`: `[rows]` with reduction none, else one float. `statistics`: `[rows, 2]`, for the gradient.
   * `dx`: 0, or `[rows, classes]` for the gradient at an upstream gradient of 1 as well.
   *
   * @returns 0, or 1 + the first row whose label is no class; then nothing is written.
   */
  crossEntropy(
    logits: number,
    labels: number,
    weights: number,
    losses: number,
    statistics: number,
    dx: number,
    rows: number,
    classes: number,
    ignoreIndex: number,
    smoothing: number,
    reduction: number,
  ): number;
  /** dx from the same arguments, `statistics` and `dy`: `[rows]` with reduction none, else one float. */
  crossEntropyGrad(
    dy: number,
    logits: number,
    labels: number,
    weights: number,
    statistics: number,
    dx: number,
    rows: number,
    classes: number,
    ignoreIndex: number,
    smoothing: number,
    reduction: number,
  ): void;
}
