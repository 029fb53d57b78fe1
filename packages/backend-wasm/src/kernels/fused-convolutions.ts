import { ArgumentError, type ConvolutionAttributes, FUSED } from "@kindling/core";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { expectAxes, expectIntegers, expectWindow } from "./checks.ts";
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
  { strides, dilations, padding, groups }: ConvolutionAttributes,
): Convolution {
  expectAxes(where, "[kh, kw, in, out]", filter, "the filter");
  expectIntegers(where, "a filter", filter, 0);
  const [filterHeight, filterWidth, , outChannels] = filter as Four;
  expectWindow(where, x, { size: [filterHeight, filterWidth], strides, dilations, pad: 0 });
  expectIntegers(where, "padding", padding.flat(), 0);
  expectIntegers(where, "groups", [groups], 1);
  const [batchSize, inHeight, inWidth, inChannels] = x as Four;
  if (inChannels % groups !== 0 || outChannels % groups !== 0) {
    throw new ArgumentError(
      `${where}: expected groups to divide ${inChannels} and ${outChannels} channels, got ${groups}`,
    );
  }
  const [rows, columns] = padding;
  const shape = {
    batchSize,
    inHeight,
    inWidth,
    inChannels,
    outHeight: windows(inHeight + rows[0] + rows[1], filterHeight, strides[0], dilations[0]),
    outWidth: windows(inWidth + columns[0] + columns[1], filterWidth, strides[1], dilations[1]),
    outChannels,
    filterHeight,
    filterWidth,
    strideHeight: strides[0],
    strideWidth: strides[1],
    dilationHeight: dilations[0],
    dilationWidth: dilations[1],
    padInfo: { top: rows[0], left: columns[0] },
  };
  return { shape, groups };
}

type Four = [number, number, number, number];

function windows(size: number, filter: number, stride: number, dilation: number): number {
  return Math.max(0, Math.floor((size - (filter - 1) * dilation - 1) / stride) + 1);
}
