import type { Conv2dShape } from "./convolution-kernels.ts";

/** The sizes that the kernels take; y has inChannels · multiplier channels. */
export type DepthwiseSizes = [
  batchSize: number,
  inHeight: number,
  inWidth: number,
  inChannels: number,
  multiplier: number,
  outHeight: number,
  outWidth: number,
  filterHeight: number,
  filterWidth: number,
  strideHeight: number,
  strideWidth: number,
  padTop: number,
  padLeft: number,
  dilationHeight: number,
  dilationWidth: number,
];

/** Depthwise convolutions, NHWC, float32: filter [kh, kw, inChannels, multiplier]. */
export interface DepthwiseKernels {
  /**
   * y = x convolved with `filter`, plus `bias` (0 for none), at least `floor`: 0 for ReLU,
   * -Infinity for none. `scratch` holds `depthwiseScratchFloats(sizes)`.
   */
  depthwiseConv2d(
    x: number,
    filter: number,
    bias: number,
    y: number,
    ...rest: [...sizes: DepthwiseSizes, floor: number, scratch: number]
  ): void;

  /** The gradient of x. `scratch` holds `depthwiseInputGradScratchFloats(sizes)`. */
  depthwiseInputGrad(
    dy: number,
    filter: number,
    dx: number,
    ...rest: [...sizes: DepthwiseSizes, scratch: number]
  ): void;

  /** The gradient of the filter. `scratch` holds `depthwiseFilterGradScratchFloats(sizes)`. */
  depthwiseFilterGrad(
    x: number,
    dy: number,
    dw: number,
    ...rest: [...sizes: DepthwiseSizes, scratch: number]
  ): void;
}

/** The arguments for a depthwise convolution. */
export function depthwiseSizes(shape: Conv2dShape): DepthwiseSizes {
  return [
    shape.batchSize,
    shape.inHeight,
    shape.inWidth,
    shape.inChannels,
    shape.inChannels === 0 ? 1 : shape.outChannels / shape.inChannels,
    shape.outHeight,
    shape.outWidth,
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

/** Filter, table of pixels, and an image with its padding: assembly/depthwise.ts. */
export function depthwiseScratchFloats(sizes: DepthwiseSizes): number {
  const [, , , c, m, oh, ow, kh, kw] = sizes;
  const channels = roundUp(c * m, 4);
  return (1 + kh * kw) * channels + 2 * roundUp(oh * ow, 4) + paddedPixels(sizes) * channels;
}

/**
 * The same for dy, and an image of shares where the multiplier is not 1:
 * assembly/depthwise-grad.ts.
 */
export function depthwiseInputGradScratchFloats(sizes: DepthwiseSizes): number {
  const [, h, w, c, m, , , kh, kw, , , , , dh, dw] = sizes;
  const channels = roundUp(c * m, 4);
  const image = (h + (kh - 1) * dh) * (w + (kw - 1) * dw) * channels;
  const shares = m === 1 ? 0 : h * w * c * m;
  return (1 + kh * kw) * channels + 2 * roundUp(h * w, 4) + image + shares;
}

/** Sums, and copies of an image of x and of dy: assembly/depthwise-grad.ts. */
export function depthwiseFilterGradScratchFloats(sizes: DepthwiseSizes): number {
  const [, , , c, m, oh, ow, kh, kw] = sizes;
  const channels = roundUp(c * m, 8);
  const gradient = channels === c * m ? 0 : oh * ow * channels;
  return roundUp(kh * kw, 3) * channels + paddedPixels(sizes) * channels + gradient;
}

function paddedPixels(sizes: DepthwiseSizes): number {
  const [, , , , , oh, ow, kh, kw, sh, sw, , , dh, dw] = sizes;
  const rows = Math.max(0, oh - 1) * sh + (kh - 1) * dh + 1;
  return rows * (Math.max(0, ow - 1) * sw + (kw - 1) * dw + 1);
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
