import {
  _FusedMatMul,
  DepthwiseConv2dNative,
  type DepthwiseConv2dNativeAttrs,
  type DepthwiseConv2dNativeInputs,
  Elu,
  FusedConv2D,
  FusedDepthwiseConv2D,
  type KernelConfig,
  Relu6,
  Sigmoid,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.ts";
import { after } from "./program.ts";
import { runStock } from "./stock.ts";
import { ofFloats } from "./unary.ts";

// In tfjs's own these make a number of NaN, as the driver's functions do.
const ACTIVATIONS: Readonly<Record<string, string>> = { relu6: Relu6, sigmoid: Sigmoid, elu: Elu };

const withActivation = [FusedConv2D, FusedDepthwiseConv2D, _FusedMatMul].map((name) =>
  defineKernel<Record<string, TensorInfo>, { readonly activation: string }>(
    name,
    ({ inputs, attrs, backend }) => {
      const activation = ACTIVATIONS[attrs.activation];
      if (activation === undefined) return runStock(name, inputs, attrs, backend);
      const linear = runStock(name, inputs, { ...attrs, activation: "linear" }, backend);
      return after(backend, ofFloats(backend, activation, linear), linear);
    },
  ),
);

/** Channels last where nothing is said, as everywhere else; tfjs's own refuses. */
const depthwise = defineKernel<DepthwiseConv2dNativeInputs, DepthwiseConv2dNativeAttrs>(
  DepthwiseConv2dNative,
  ({ inputs, attrs, backend }) =>
    runStock(
      DepthwiseConv2dNative,
      { ...inputs },
      { ...attrs, dataFormat: attrs.dataFormat ?? "NHWC" },
      backend,
    ),
);

/** Products and convolutions with an activation, and depthwise ones. */
export const fusedKernels: readonly KernelConfig[] = [...withActivation, depthwise];
