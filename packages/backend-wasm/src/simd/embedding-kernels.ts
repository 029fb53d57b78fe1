/** The gradient of an embedding. */
export interface EmbeddingKernels {
  /**
   * out[ids[row]] += x[row] from zeros; `x` is `[rows, width]`, ids int32 `[rows]` and out
   * `[segments, width]`. Rows whose id is not from 0 to segments − 1 are left out.
   */
  unsortedSegmentSum(
    x: number,
    ids: number,
    out: number,
    rows: number,
    width: number,
    segments: number,
  ): void;
}
