/**
 * What a kernel must know of a 2-D convolution; tfjs's `Conv2DInfo` is one. Channels count all
 * groups.
 */
export interface Conv2dShape {
  readonly batchSize: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly padInfo: { readonly top: number; readonly left: number };
}

/**
 * The sizes that the kernels take. They work on one group: `inChannels` and `outChannels` are the
 * group's, a pixel of x is `inStep` floats after the last one, and a pixel of y or a row of the
 * filter `outStep`.
 */
export type Conv2dSizes = [
  batchSize: number,
  inHeight: number,
  inWidth: number,
  inChannels: number,
  inStep: number,
  outHeight: number,
  outWidth: number,
  outChannels: number,
  outStep: number,
  filterHeight: number,
  filterWidth: number,
  strideHeight: number,
  strideWidth: number,
  padTop: number,
  padLeft: number,
  dilationHeight: number,
  dilationWidth: number,
];

/**
 * Convolutions, NHWC, float32. For group g of several, the caller adds g times the group's channels
 * to the pointers of x and dx, and g times the group's output channels to those of y, dy, the
 * filter, dw and bias.
 */
export interface ConvolutionKernels {
  /**
   * y = x convolved with `filter`, plus `bias` (0 for none), at least `floor`: 0 for ReLU,
   * -Infinity for none. `scratch` holds `conv2dScratchFloats(sizes)`.
   */
  conv2d(
    x: number,
    filter: number,
    bias: number,
    y: number,
    ...rest: [...sizes: Conv2dSizes, floor: number, scratch: number]
  ): void;

  /** The gradient of x. `scratch` holds `conv2dInputGradScratchFloats(sizes)`. */
  conv2dInputGrad(
    dy: number,
    filter: number,
    dx: number,
    ...rest: [...sizes: Conv2dSizes, scratch: number]
  ): void;

  /** The gradient of the filter. `scratch` holds `conv2dFilterGradScratchFloats(sizes)`. */
  conv2dFilterGrad(
    x: number,
    dy: number,
    dw: number,
    ...rest: [...sizes: Conv2dSizes, scratch: number]
  ): void;
}

/** The arguments for each of `groups` groups of a convolution. */
export function conv2dSizes(shape: Conv2dShape, groups = 1): Conv2dSizes {
  return [
    shape.batchSize,
    shape.inHeight,
    shape.inWidth,
    shape.inChannels / groups,
    shape.inChannels,
    shape.outHeight,
    shape.outWidth,
    shape.outChannels / groups,
    shape.outChannels,
    shape.filterHeight,
    shape.filterWidth,
    shape.strideHeight,
    shape.strideWidth,
    shape.padInfo.top,
    shape.padInfo.left,
    shape.dilationHeight,
    shape.dilationWidth,
  ];
}

/** Packed filter, table of pixels, and an image with its padding: assembly/conv2d.ts. */
export function conv2dScratchFloats(sizes: Conv2dSizes): number {
  const [, , , ic, , oh, ow, oc, , kh, kw, sh, sw, , , dh, dw] = sizes;
  const image = paddedSide(oh, kh, sh, dh) * paddedSide(ow, kw, sw, dw) * ic;
  return roundUp(oc, 4) * (1 + kh * kw * ic) + 2 * roundUp(oh * ow, 4) + image;
}

/** The same for the largest phase: assembly/conv2d-input-grad.ts. */
export function conv2dInputGradScratchFloats(sizes: Conv2dSizes): number {
  const [, h, w, ic, , , , oc, , kh, kw, sh, sw, padTop, padLeft, dh, dw] = sizes;
  const rows = Math.floor((h - 1 + padTop) / sh) - Math.floor((padTop - (kh - 1) * dh) / sh) + 1;
  const columns =
    Math.floor((w - 1 + padLeft) / sw) - Math.floor((padLeft - (kw - 1) * dw) / sw) + 1;
  const pixels = Math.ceil(h / sh) * Math.ceil(w / sw);
  return roundUp(ic, 4) * (1 + kh * kw * oc) + 2 * roundUp(pixels, 4) + rows * columns * oc;
}

/** Tiles of sums, and copies of an image where channels are few: assembly/conv2d-filter-grad.ts. */
export function conv2dFilterGradScratchFloats(sizes: Conv2dSizes): number {
  const [, , , ic, , oh, ow, oc, , kh, kw, sh, sw, , , dh, dw] = sizes;
  const narrow = ic < 4;
  const merged = narrow && dw === 1;
  const side = roundUp(merged ? kw * ic : ic, 4);
  const tiles = (kh * (merged ? 1 : kw) * side * roundUp(Math.max(4, oc), 4) * 32) / 16;
  const image = paddedSide(oh, kh, sh, dh) * paddedSide(ow, kw, sw, dw) * ic + 4;
  return tiles + (narrow ? image : 0) + (oc < 4 ? 4 * oh * ow : 0);
}

/** Rows (or columns) of an image that all windows lie in. */
function paddedSide(out: number, filter: number, stride: number, dilation: number): number {
  return Math.max(0, out - 1) * stride + (filter - 1) * dilation + 1;
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
