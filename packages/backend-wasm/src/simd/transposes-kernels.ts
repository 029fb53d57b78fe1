/** Transposes of 32-bit values. */
export interface TransposeKernels {
  /**
   * `[batch, rows, columns]` to `[batch, columns, rows]`. NHWC to NCHW: rows = h · w and columns = c; back:
   * rows = c and columns = h · w; a matrix: batch 1.
   */
  transpose(x: number, y: number, batch: number, rows: number, columns: number): void;
}
