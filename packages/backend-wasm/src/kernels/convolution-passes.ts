import {
  type Conv2dShape,
  conv2dFilterGradScratchFloats,
  conv2dInputGradScratchFloats,
  conv2dScratchFloats,
  conv2dSizes,
} from "../simd/convolution-kernels.ts";
import {
  depthwiseFilterGradScratchFloats,
  depthwiseInputGradScratchFloats,
  depthwiseScratchFloats,
  depthwiseSizes,
} from "../simd/depthwise-kernels.ts";
import type { SideModule } from "../simd/side-module.ts";
import { winogradScratchFloats, winogradSizes } from "../simd/winograd-kernels.ts";

/** A convolution: its shape, and how many parts its channels fall into; as many as inputs: depthwise. */
export interface Convolution {
  readonly shape: Conv2dShape;
  readonly groups: number;
}

/** One of a convolution's three computations. */
export interface Pass {
  /** The scratch memory it works in. */
  readonly floats: number;
  /** How often it is run, for one group of channels each time. */
  readonly groups: number;
  /** Channels of a group. */
  readonly inputs: number;
  readonly outputs: number;
}

/** Each made when it is asked for: a kernel needs one, many times a second. */
export interface Passes {
  forward(): Pass & {
    run(x: number, filter: number, bias: number, y: number, floor: number, scratch: number): void;
  };
  inputGradient(): Pass & { run(dy: number, filter: number, dx: number, scratch: number): void };
  filterGradient(): Pass & { run(x: number, dy: number, dw: number, scratch: number): void };
}

/** With fewer channels the transforms cost what the products save (docs/decisions/0003-winograd.md). */
const WINOGRAD_CHANNELS = 8;
const WINOGRAD_PRODUCTS = 256;

/** The side module's functions for a convolution: depthwise, Winograd's or direct. */
export function passesOf(module: SideModule, convolution: Convolution): Passes {
  if (convolution.groups > 1 && convolution.groups === convolution.shape.inChannels) {
    return depthwise(module, convolution);
  }
  return module.winograd && suitsWinograd(convolution)
    ? winograd(module, convolution)
    : direct(module, convolution);
}

function direct({ kernels }: SideModule, convolution: Convolution): Passes {
  const sizes = conv2dSizes(convolution.shape, convolution.groups);
  const parts = partsOf(convolution);
  return {
    forward: () => ({
      ...parts,
      floats: conv2dScratchFloats(sizes),
      run: (x, filter, bias, y, floor, scratch) =>
        kernels.conv2d(x, filter, bias, y, ...sizes, floor, scratch),
    }),
    inputGradient: () => ({
      ...parts,
      floats: conv2dInputGradScratchFloats(sizes),
      run: (dy, filter, dx, scratch) => kernels.conv2dInputGrad(dy, filter, dx, ...sizes, scratch),
    }),
    filterGradient: () => ({
      ...parts,
      floats: conv2dFilterGradScratchFloats(sizes),
      run: (x, dy, dw, scratch) => kernels.conv2dFilterGrad(x, dy, dw, ...sizes, scratch),
    }),
  };
}

function winograd({ kernels }: SideModule, convolution: Convolution): Passes {
  const sizes = winogradSizes(convolution.shape, convolution.groups);
  const parts = { ...partsOf(convolution), floats: winogradScratchFloats(sizes) };
  return {
    forward: () => ({
      ...parts,
      run: (x, filter, bias, y, floor, scratch) =>
        kernels.winogradConv2d(x, filter, bias, y, ...sizes, floor, scratch),
    }),
    inputGradient: () => ({
      ...parts,
      run: (dy, filter, dx, scratch) =>
        kernels.winogradInputGrad(dy, filter, dx, ...sizes, scratch),
    }),
    filterGradient: () => ({
      ...parts,
      run: (x, dy, dw, scratch) => kernels.winogradFilterGrad(x, dy, dw, ...sizes, scratch),
    }),
  };
}

function depthwise({ kernels }: SideModule, { shape }: Convolution): Passes {
  const sizes = depthwiseSizes(shape);
  const parts = { groups: 1, inputs: shape.inChannels, outputs: shape.outChannels };
  return {
    forward: () => ({
      ...parts,
      floats: depthwiseScratchFloats(sizes),
      run: (x, filter, bias, y, floor, scratch) =>
        kernels.depthwiseConv2d(x, filter, bias, y, ...sizes, floor, scratch),
    }),
    inputGradient: () => ({
      ...parts,
      floats: depthwiseInputGradScratchFloats(sizes),
      run: (dy, filter, dx, scratch) =>
        kernels.depthwiseInputGrad(dy, filter, dx, ...sizes, scratch),
    }),
    filterGradient: () => ({
      ...parts,
      floats: depthwiseFilterGradScratchFloats(sizes),
      run: (x, dy, dw, scratch) => kernels.depthwiseFilterGrad(x, dy, dw, ...sizes, scratch),
    }),
  };
}

function partsOf({ shape, groups }: Convolution): Omit<Pass, "floats"> {
  return { groups, inputs: shape.inChannels / groups, outputs: shape.outChannels / groups };
}

function suitsWinograd({ shape, groups }: Convolution): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth } = shape;
  const [inputs, outputs] = [shape.inChannels / groups, shape.outChannels / groups];
  return (
    filterHeight === 3 &&
    filterWidth === 3 &&
    Math.max(strideHeight, strideWidth, shape.dilationHeight, shape.dilationWidth) === 1 &&
    Math.min(inputs, outputs) >= WINOGRAD_CHANNELS &&
    inputs * outputs >= WINOGRAD_PRODUCTS
  );
}
