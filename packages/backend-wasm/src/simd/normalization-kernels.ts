/** Floats of scratch for `batchNormApply`. */
export function batchNormApplyScratch(c: number): number {
  return 2 * c;
}

/** Floats of scratch for `batchNormGrad`. */
export function batchNormGradScratch(c: number): number {
  return 3 * c;
}

/** Floats of scratch for `layerNormGrad`. */
export function layerNormGradScratch(c: number): number {
  return 2 * c;
}

/** BatchNorm and LayerNorm on `[rows, c]`. `gamma`, `beta` and what is `[c]` besides; outputs are written in full. */
export interface NormalizationKernels {
  /** mean `[c]` and the biased variance `[c]` of the columns; NaN variance for no rows. */
  batchNormStatistics(x: number, mean: number, variance: number, rows: number, c: number): void;
  /** y = (x − mean) / √(variance + eps) · gamma + beta; gamma and beta may be 0. `y` may be `x`. */
  batchNormApply(
    x: number,
    y: number,
    mean: number,
    variance: number,
    gamma: number,
    beta: number,
    scratch: number,
    rows: number,
    c: number,
    eps: number,
  ): void;
  /** The gradients in training; gamma may be 0, and dx may be 0 where it is not asked for. */
  batchNormGrad(
    dy: number,
    x: number,
    mean: number,
    variance: number,
    gamma: number,
    dx: number,
    dgamma: number,
    dbeta: number,
    scratch: number,
    rows: number,
    c: number,
    eps: number,
  ): void;
  /** Each row normalized; gamma and beta may be 0. `statistics`: `[rows, 2]`, for the gradient. */
  layerNorm(
    x: number,
    y: number,
    gamma: number,
    beta: number,
    statistics: number,
    rows: number,
    c: number,
    eps: number,
  ): void;
  /** The gradients; gamma may be 0, and dgamma 0 leaves out the parameters' (dbeta, scratch unused). */
  layerNormGrad(
    dy: number,
    x: number,
    gamma: number,
    statistics: number,
    dx: number,
    dgamma: number,
    dbeta: number,
    scratch: number,
    rows: number,
    c: number,
  ): void;
}
