/**
 * Sums over `[rows, columns]`. float32 inside blocks, float64 between them (rows, totals), so the error is
 * below 70 · 2⁻²⁴ · Σ|x| whatever the length; columns add up panels of 32 kB.
 */
export interface ReductionKernels {
  /**
   * out[column] = Σ over rows / divisor: a bias gradient, a sum over all but the last axis, or over the
   * first with the others as columns.
   */
  columnSums(x: number, out: number, rows: number, columns: number, divisor: number): void;
  /** out[row] = Σ of the row / divisor; with one row, the sum or mean of everything. */
  rowSums(x: number, out: number, rows: number, columns: number, divisor: number): void;
  /** out[row] = the largest of the row; NaN where there is one, −∞ for no columns. */
  rowMaxima(x: number, out: number, rows: number, columns: number): void;
  /** total += x, for `size` floats. */
  addTo(total: number, x: number, size: number): void;
  /** Returns the sum of the squares of `size` floats: add them up for a norm over parameters. */
  sumOfSquares(x: number, size: number): number;
}
