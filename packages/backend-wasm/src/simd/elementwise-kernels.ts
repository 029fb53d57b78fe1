/** What {@link ElementwiseKernels} compute. */
export const BINARY_OPS = { add: 0, subtract: 1, multiply: 2, divide: 3 } as const;

/** Arithmetic on pairs of floats. */
export interface ElementwiseKernels {
  /**
   * `[rows, columns]`; `op` is one of {@link BINARY_OPS}. A side that repeats one row has a step of 0, else
   * of `columns`. `out` may be the memory of a side that does not repeat.
   */
  binary(
    op: number,
    a: number,
    b: number,
    out: number,
    rows: number,
    columns: number,
    aStep: number,
    bStep: number,
  ): void;
}
