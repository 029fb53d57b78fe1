/**
 * The side module's functions (assembly/). Pointers are byte offsets, multiples of 4, into the shared
 * memory; sizes count elements. They check nothing: callers do.
 */
export interface TrainingKernels {
  /** dx = dy where y > 0, else 0; all three of `size` floats. */
  reluGrad(dy: number, y: number, dx: number, size: number): void;
}
