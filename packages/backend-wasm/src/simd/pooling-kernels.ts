/**
 * Pooling of NHWC images: `x` and `dx` are `[n, h, w, c]`, `y` and `dy` are `[n, oh, ow, c]`. Windows of
 * kh × kw cells start at (i · strideH − top, j · strideW − left); cells outside the image do not count.
 * Outputs are written in full and may not be inputs' memory.
 */
export interface PoolingKernels {
  /** Maxima; NaN where a window has one, −∞ where it lies outside. */
  maxPool(x: number, y: number, ...windows: DilatedWindows): void;
  /**
   * dy added at each window's maximum: the first of equal values in row-major order; a NaN replaces
   * whatever was found before it, as in torch.
   */
  maxPoolGrad(dy: number, x: number, dx: number, ...windows: DilatedWindows): void;
  /**
   * Means over the cells inside the image, or, with `countIncludePad` 1, inside the image padded by
   * `top`, `left`, `bottom` and `right`.
   */
  avgPool(x: number, y: number, ...windows: PaddedWindows): void;
  /** dy divided by the same count, added to each cell of its window. */
  avgPoolGrad(dy: number, dx: number, ...windows: PaddedWindows): void;
}

type Shapes = [n: number, h: number, w: number, c: number, oh: number, ow: number];
type Kernel = [kh: number, kw: number, strideH: number, strideW: number, top: number, left: number];

/** The arguments of {@link PoolingKernels.maxPool} after its pointers. */
export type DilatedWindows = [...Shapes, ...Kernel, dilationH: number, dilationW: number];

/** The arguments of {@link PoolingKernels.avgPool} after its pointers. */
export type PaddedWindows = [
  ...Shapes,
  ...Kernel,
  bottom: number,
  right: number,
  countIncludePad: number,
];
