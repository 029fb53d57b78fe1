import {
  expectAxes,
  expectIntegers,
  expectNhwc,
  expectOutput,
  expectWindow,
  type Padding,
  spelledOut,
} from "@kindling/core/kernels";
import {
  backend_util,
  Conv2D,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropFilterInputs,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
  type Conv2DBackpropInputInputs,
  DepthwiseConv2dNative,
  DepthwiseConv2dNativeBackpropFilter,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type DepthwiseConv2dNativeBackpropFilterInputs,
  DepthwiseConv2dNativeBackpropInput,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type DepthwiseConv2dNativeBackpropInputInputs,
  FusedConv2D,
  FusedDepthwiseConv2D,
  type KernelConfig,
  type TensorInfo,
  tidy,
} from "@tensorflow/tfjs-core";
import type { Convolution } from "./convolution-passes.ts";
import { type Fused, finish } from "./finish.ts";
import { defineFloatKernel, track } from "./kernel.ts";
import {
  convolutionFilterGradient,
  convolutionInputGradient,
  convolve,
} from "./run-convolution.ts";

type Shape = readonly number[];

// The last two only where an activation is fused.
interface ConvolutionInputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

interface Geometry {
  readonly strides: [number, number] | number;
  readonly pad: Padding;
  readonly dilations?: [number, number] | number | null;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly dataFormat?: string;
}

const conv2dBackpropInput = defineFloatKernel<Conv2DBackpropInputInputs, Conv2DBackpropInputAttrs>(
  Conv2DBackpropInput,
  ({ inputs: { dy, filter }, attrs, backend }) => {
    const convolution = described(Conv2DBackpropInput, attrs.inputShape, filter.shape, attrs);
    return convolutionInputGradient(Conv2DBackpropInput, backend, { dy, filter }, convolution);
  },
);

const conv2dBackpropFilter = defineFloatKernel<
  Conv2DBackpropFilterInputs,
  Conv2DBackpropFilterAttrs
>(Conv2DBackpropFilter, ({ inputs: { x, dy }, attrs, backend }) => {
  const { filterShape } = attrs;
  const convolution = described(Conv2DBackpropFilter, x.shape, filterShape, attrs);
  const inputs = { x, dy };
  return convolutionFilterGradient(Conv2DBackpropFilter, backend, inputs, filterShape, convolution);
});

const depthwiseBackpropInput = defineFloatKernel<
  DepthwiseConv2dNativeBackpropInputInputs,
  DepthwiseConv2dNativeBackpropInputAttrs
>(DepthwiseConv2dNativeBackpropInput, ({ inputs: { dy, filter }, attrs, backend }) => {
  const name = DepthwiseConv2dNativeBackpropInput;
  const convolution = described(name, attrs.inputShape, filter.shape, attrs, true);
  return convolutionInputGradient(name, backend, { dy, filter }, convolution);
});

const depthwiseBackpropFilter = defineFloatKernel<
  DepthwiseConv2dNativeBackpropFilterInputs,
  DepthwiseConv2dNativeBackpropFilterAttrs
>(DepthwiseConv2dNativeBackpropFilter, ({ inputs: { x, dy }, attrs, backend }) => {
  const name = DepthwiseConv2dNativeBackpropFilter;
  const { filterShape } = attrs;
  const convolution = described(name, x.shape, filterShape, attrs, true);
  return convolutionFilterGradient(name, backend, { x, dy }, filterShape, convolution);
});

/**
 * tfjs's convolutions of images and their gradients, channels last, by the side module: at their sizes
 * faster than XNNPACK, and right about NaN, padding and empty batches, where that is not.
 */
export const convolutions: readonly KernelConfig[] = [
  forward(Conv2D, false),
  forward(FusedConv2D, false),
  forward(DepthwiseConv2dNative, true),
  forward(FusedDepthwiseConv2D, true),
  conv2dBackpropInput,
  conv2dBackpropFilter,
  depthwiseBackpropInput,
  depthwiseBackpropFilter,
];

function forward(kernelName: string, depthwise: boolean): KernelConfig {
  return defineFloatKernel<ConvolutionInputs, Geometry & Fused>(
    kernelName,
    ({ inputs, attrs, backend }) => {
      const { x, filter, bias, preluActivationWeights } = inputs;
      const convolution = described(kernelName, x.shape, filter.shape, attrs, depthwise);
      const { activation = "linear" } = attrs;
      const run = (floor: number): TensorInfo =>
        convolve(kernelName, backend, { x, filter, bias }, convolution, floor);
      if (activation === "linear") return run(Number.NEGATIVE_INFINITY);
      if (activation === "relu") return run(0);
      return tidy(() => {
        const sum = track(run(Number.NEGATIVE_INFINITY));
        return finish(kernelName, sum, undefined, preluActivationWeights, attrs);
      });
    },
  );
}

function described(
  where: string,
  x: Shape,
  filter: Shape,
  attributes: Geometry,
  depthwise = false,
): Convolution {
  const { strides, pad, dimRoundingMode, dataFormat = "NHWC" } = attributes;
  const dilations = attributes.dilations ?? 1;
  expectNhwc(where, dataFormat);
  expectAxes(where, "[kh, kw, in, out]", filter, "the filter");
  expectIntegers(where, "a filter", filter, 0);
  const window = { size: filter.slice(0, 2), strides, dilations, pad };
  expectWindow(where, x, window);
  const shape = backend_util.computeConv2DInfo(
    x as [number, number, number, number],
    filter as [number, number, number, number],
    strides,
    dilations,
    spelledOut(pad),
    dimRoundingMode,
    depthwise,
  );
  expectOutput(where, x, window, shape.outShape);
  return { shape, groups: depthwise ? Math.max(1, shape.inChannels) : 1 };
}
