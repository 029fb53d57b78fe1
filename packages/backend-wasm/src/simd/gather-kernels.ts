/**
 * Rows by int32 index: `indices` is `[count]`, the result `[count, width]`.
 *
 * Both return 0, or 1 + the position of the first index that is not from 0 to rows − 1; then nothing is
 * written.
 */
export interface GatherKernels {
  /** From `[rows, width]` of 32-bit values of any type. */
  gatherRows(
    x: number,
    indices: number,
    out: number,
    count: number,
    width: number,
    rows: number,
  ): number;
  /** From `[rows, width]` bytes (a pointer of any alignment), to floats divided by `divisor`. */
  gatherBytes(
    x: number,
    indices: number,
    out: number,
    count: number,
    width: number,
    rows: number,
    divisor: number,
  ): number;
}
