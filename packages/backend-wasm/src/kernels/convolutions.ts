import { ShapeError } from "@kindling/core";
import {
  backend_util,
  Conv2D,
  DepthwiseConv2dNative,
  FusedConv2D,
  FusedDepthwiseConv2D,
  type KernelConfig,
  type TensorInfo,
  tidy,
  zeros,
} from "@tensorflow/tfjs-core";
import { exactConvolution, type Fused, finish } from "./exact-convolutions.ts";
import { allFinite } from "./finite.ts";
import { defineFloatKernel, track } from "./kernel.ts";
import { coveringPadding, type Padding, spelledOut } from "./padding.ts";
import { runStock } from "./stock.ts";

type Shape = [number, number, number, number];

// The last two only where an activation is fused.
interface ConvolutionInputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

interface ConvolutionAttributes extends Fused {
  readonly strides: [number, number] | number;
  readonly pad: Padding;
  readonly dilations: [number, number] | number | null;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/**
 * The forward convolutions: XNNPACK's, told of padding in a way that it and tfjs count alike,, and
 * not asked about an empty batch, NaN or infinities.
 */
export const convolutions: readonly KernelConfig[] = [
  forward(Conv2D, false),
  forward(FusedConv2D, false),
  forward(DepthwiseConv2dNative, true),
  forward(FusedDepthwiseConv2D, true),
];

function forward(kernelName: string, depthwise: boolean): KernelConfig {
  return defineFloatKernel<ConvolutionInputs, ConvolutionAttributes>(
    kernelName,
    ({ inputs, attrs, backend }) => {
      const { strides, pad, dilations, dimRoundingMode } = attrs;
      const info = backend_util.computeConv2DInfo(
        inputs.x.shape as Shape,
        inputs.filter.shape as Shape,
        strides,
        dilations ?? [1, 1],
        spelledOut(pad),
        dimRoundingMode,
        depthwise,
      );
      if (inputs.filter.shape[2] !== info.inChannels) {
        throw new ShapeError(
          kernelName,
          `[kh, kw, ${info.inChannels}, out] (the filter)`,
          inputs.filter.shape,
        );
      }
      if (info.outShape.includes(0)) return zeros(info.outShape);
      const { x, filter, bias, preluActivationWeights } = inputs;
      if (!allFinite(backend, x, filter, bias)) {
        return tidy(() => {
          const product = track(exactConvolution(backend, x, filter, info, depthwise));
          return finish(product, bias, preluActivationWeights, attrs);
        });
      }
      const covered = { ...attrs, pad: coveringPadding(info), dimRoundingMode: undefined };
      return runStock(kernelName, { ...inputs }, covered, backend);
    },
  );
}
