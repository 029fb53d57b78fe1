import { ShapeError } from "@kindling/core";
import { type TensorInfo, util } from "@tensorflow/tfjs-core";
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
import { sideModule } from "../simd/side-module.ts";
import { winogradScratchFloats, winogradSizes } from "../simd/winograd-kernels.ts";
import { allocate, type BackendWasm, expectShape, pointer } from "./kernel.ts";

/** A convolution: its shape, and how many parts its channels fall into; as many as inputs: depthwise. */
export interface Convolution {
  readonly shape: Conv2dShape;
  readonly groups: number;
}

/**
 * `[n, h, w, in] * [kh, kw, in / groups, out]` to `[n, oh, ow, out]`, or 0 where that is less than `floor`.
 *
 * @param floor - 0 for a ReLU, −∞ for none.
 * @throws {ShapeError} when an input is not of the convolution's shape.
 */
export function convolve(
  where: string,
  backend: BackendWasm,
  { x, filter, bias }: { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo | undefined },
  convolution: Convolution,
  floor: number,
): TensorInfo {
  const { shape, groups } = convolution;
  expectShape(where, inputShape(shape), x, "the input");
  expectFilter(where, convolution, filter.shape);
  if (bias) expectShape(where, [shape.outChannels], bias, "the bias");
  const y = allocate(backend, outputShape(shape));
  const module = sideModule(backend);
  const at = [x, filter, bias, y].map((tensor) => pointer(backend, tensor)) as Four;
  if (isDepthwise(convolution)) {
    const sizes = depthwiseSizes(shape);
    const scratch = module.scratch(depthwiseScratchFloats(sizes));
    module.kernels.depthwiseConv2d(...at, ...sizes, floor, scratch);
    return y;
  }
  const { input, output } = steps(convolution);
  const each = (run: (x: number, filter: number, bias: number, y: number) => void): void => {
    for (let g = 0; g < groups; g++) {
      const biasAt = bias ? at[2] + g * output : 0;
      run(at[0] + g * input, at[1] + g * output, biasAt, at[3] + g * output);
    }
  };
  if (module.winograd && suitsWinograd(convolution)) {
    const sizes = winogradSizes(shape, groups);
    const scratch = module.scratch(winogradScratchFloats(sizes));
    each((...to) => module.kernels.winogradConv2d(...to, ...sizes, floor, scratch));
  } else {
    const sizes = conv2dSizes(shape, groups);
    const scratch = module.scratch(conv2dScratchFloats(sizes));
    each((...to) => module.kernels.conv2d(...to, ...sizes, floor, scratch));
  }
  return y;
}

/** The gradient of `x`; arguments and errors as in {@link convolve}. */
export function convolutionInputGradient(
  where: string,
  backend: BackendWasm,
  { dy, filter }: { dy: TensorInfo; filter: TensorInfo },
  convolution: Convolution,
): TensorInfo {
  const { shape, groups } = convolution;
  expectShape(where, outputShape(shape), dy);
  expectFilter(where, convolution, filter.shape);
  const dx = allocate(backend, inputShape(shape));
  const module = sideModule(backend);
  const at = [dy, filter, dx].map((tensor) => pointer(backend, tensor)) as Three;
  if (isDepthwise(convolution)) {
    const sizes = depthwiseSizes(shape);
    const scratch = module.scratch(depthwiseInputGradScratchFloats(sizes));
    module.kernels.depthwiseInputGrad(...at, ...sizes, scratch);
    return dx;
  }
  const { input, output } = steps(convolution);
  const each = (run: (dy: number, filter: number, dx: number) => void): void => {
    for (let g = 0; g < groups; g++) {
      run(at[0] + g * output, at[1] + g * output, at[2] + g * input);
    }
  };
  if (module.winograd && suitsWinograd(convolution)) {
    const sizes = winogradSizes(shape, groups);
    const scratch = module.scratch(winogradScratchFloats(sizes));
    each((...to) => module.kernels.winogradInputGrad(...to, ...sizes, scratch));
  } else {
    const sizes = conv2dSizes(shape, groups);
    const scratch = module.scratch(conv2dInputGradScratchFloats(sizes));
    each((...to) => module.kernels.conv2dInputGrad(...to, ...sizes, scratch));
  }
  return dx;
}

/** The gradient of the filter, of this shape; arguments and errors as in {@link convolve}. */
export function convolutionFilterGradient(
  where: string,
  backend: BackendWasm,
  { x, dy }: { x: TensorInfo; dy: TensorInfo },
  filterShape: readonly number[],
  convolution: Convolution,
): TensorInfo {
  const { shape, groups } = convolution;
  expectShape(where, inputShape(shape), x, "the input");
  expectShape(where, outputShape(shape), dy);
  expectFilter(where, convolution, filterShape);
  const dw = allocate(backend, filterShape);
  const module = sideModule(backend);
  const at = [x, dy, dw].map((tensor) => pointer(backend, tensor)) as Three;
  if (isDepthwise(convolution)) {
    const sizes = depthwiseSizes(shape);
    const scratch = module.scratch(depthwiseFilterGradScratchFloats(sizes));
    module.kernels.depthwiseFilterGrad(...at, ...sizes, scratch);
    return dw;
  }
  const { input, output } = steps(convolution);
  const each = (run: (x: number, dy: number, dw: number) => void): void => {
    for (let g = 0; g < groups; g++) {
      run(at[0] + g * input, at[1] + g * output, at[2] + g * output);
    }
  };
  if (module.winograd && suitsWinograd(convolution)) {
    const sizes = winogradSizes(shape, groups);
    const scratch = module.scratch(winogradScratchFloats(sizes));
    each((...to) => module.kernels.winogradFilterGrad(...to, ...sizes, scratch));
  } else {
    const sizes = conv2dSizes(shape, groups);
    const scratch = module.scratch(conv2dFilterGradScratchFloats(sizes));
    each((...to) => module.kernels.conv2dFilterGrad(...to, ...sizes, scratch));
  }
  return dw;
}

type Three = [number, number, number];
type Four = [number, number, number, number];

function isDepthwise({ shape, groups }: Convolution): boolean {
  return groups > 1 && groups === shape.inChannels;
}

// With fewer channels the transforms cost what the products save (docs/decisions/0003-winograd.md).
const WINOGRAD_CHANNELS = 8;
const WINOGRAD_PRODUCTS = 256;

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

// Bytes from a group's channels to the next one's.
function steps({ shape, groups }: Convolution): { input: number; output: number } {
  return { input: (4 * shape.inChannels) / groups, output: (4 * shape.outChannels) / groups };
}

function inputShape(shape: Conv2dShape): number[] {
  return [shape.batchSize, shape.inHeight, shape.inWidth, shape.inChannels];
}

function outputShape(shape: Conv2dShape): number[] {
  return [shape.batchSize, shape.outHeight, shape.outWidth, shape.outChannels];
}

// tfjs's depthwise filters are [kh, kw, in, out / in]: the same values in the same order.
function expectFilter(
  where: string,
  { shape, groups }: Convolution,
  filter: readonly number[],
): void {
  const { filterHeight, filterWidth, inChannels, outChannels } = shape;
  const size = [filterHeight, filterWidth];
  const plain = [...size, inChannels / groups, outChannels];
  const depthwise = [...size, inChannels, outChannels / inChannels];
  const expected = [plain, ...(groups === inChannels ? [depthwise] : [])];
  if (expected.some((one) => util.arraysEqual(one, [...filter]))) return;
  throw new ShapeError(where, `[${plain.join(", ")}] (the filter)`, filter);
}
