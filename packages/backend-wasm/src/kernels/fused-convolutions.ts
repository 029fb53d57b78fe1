import { type ConvolutionAttributes, FUSED } from "@kindling/core";
import { convolutionSizes } from "@kindling/core/kernels";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import type { Convolution } from "./convolution-passes.ts";
import { defineFloatKernel } from "./kernel.ts";
import {
  convolutionFilterGradient,
  convolutionInputGradient,
  convolve,
} from "./run-convolution.ts";

type Shape = readonly number[];

const conv2d = defineFloatKernel<
  { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo },
  ConvolutionAttributes
>(FUSED.conv2d, ({ inputs, attrs, backend }) => {
  const convolution = described(FUSED.conv2d, inputs.x.shape, inputs.filter.shape, attrs);
  return convolve(FUSED.conv2d, backend, inputs, convolution, Number.NEGATIVE_INFINITY);
});

const inputGradient = defineFloatKernel<
  { dy: TensorInfo; filter: TensorInfo },
  ConvolutionAttributes & { inputShape: Shape }
>(FUSED.conv2dInputGrad, ({ inputs, attrs, backend }) => {
  const convolution = described(
    FUSED.conv2dInputGrad,
    attrs.inputShape,
    inputs.filter.shape,
    attrs,
  );
  return convolutionInputGradient(FUSED.conv2dInputGrad, backend, inputs, convolution);
});

const filterGradient = defineFloatKernel<
  { x: TensorInfo; dy: TensorInfo },
  ConvolutionAttributes & { filterShape: Shape }
>(FUSED.conv2dFilterGrad, ({ inputs, attrs, backend }) => {
  const { filterShape } = attrs;
  const convolution = described(FUSED.conv2dFilterGrad, inputs.x.shape, filterShape, attrs);
  return convolutionFilterGradient(
    FUSED.conv2dFilterGrad,
    backend,
    inputs,
    filterShape,
    convolution,
  );
});

/** Convolutions with bias, of any stride, dilation, padding and groups at once, and their gradients. */
export const fusedConvolutions: readonly KernelConfig[] = [conv2d, inputGradient, filterGradient];

function described(
  where: string,
  x: Shape,
  filter: Shape,
  attributes: ConvolutionAttributes,
): Convolution {
  const sizes = convolutionSizes(where, x, filter, attributes);
  const { strides, dilations, padding, groups } = attributes;
  const shape = {
    ...sizes,
    strideHeight: strides[0],
    strideWidth: strides[1],
    dilationHeight: dilations[0],
    dilationWidth: dilations[1],
    padInfo: { top: padding[0][0], left: padding[1][0] },
  };
  return { shape, groups };
}
