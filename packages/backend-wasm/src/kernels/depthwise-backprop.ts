import {
  backend_util,
  DepthwiseConv2dNativeBackpropFilter,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type DepthwiseConv2dNativeBackpropFilterInputs,
  DepthwiseConv2dNativeBackpropInput,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type DepthwiseConv2dNativeBackpropInputInputs,
  type KernelConfig,
  type Tensor4D,
} from "@tensorflow/tfjs-core";
import { allocate, defineFloatKernel, expectShape, floats } from "./kernel.ts";
import { spelledOut } from "./padding.ts";
import { forEachWindow, windows2d } from "./windows.ts";

/**
 * The weight gradient of a depthwise convolution, which tfjs's wasm backend lacks.
 *
 * | tensor | shape                    |
 * | ------ | ------------------------ |
 * | `x`    | `[n, h, w, c]`           |
 * | `dy`   | `[n, oh, ow, c · m]`     |
 * | result | `[kh, kw, c, m]`         |
 */
export const depthwiseBackpropFilter: KernelConfig = defineFloatKernel<
  DepthwiseConv2dNativeBackpropFilterInputs,
  DepthwiseConv2dNativeBackpropFilterAttrs
>(DepthwiseConv2dNativeBackpropFilter, ({ inputs, attrs, backend }) => {
  const { strides, dilations, pad, dimRoundingMode, filterShape } = attrs;
  const { shape } = inputs.x as Tensor4D;
  const info = backend_util.computeConv2DInfo(
    shape,
    filterShape,
    strides,
    dilations,
    spelledOut(pad),
    dimRoundingMode,
    true,
  );
  expectShape(DepthwiseConv2dNativeBackpropFilter, info.outShape, inputs.dy);
  const output = allocate(backend, filterShape);
  const x = floats(backend, inputs.x);
  const dy = floats(backend, inputs.dy);
  const [, , channels, multiplier] = filterShape;
  const outputs = channels * multiplier;
  // Thousands of products meet in each weight: float64 sums lose nothing on the way.
  const sums = new Float64Array(output.shape.reduce((size, length) => size * length, 1));
  forEachWindow(windows2d(info), (at, cells, taps, count) => {
    const upstream = at * outputs;
    for (let i = 0; i < count; i++) {
      const place = (cells[i] as number) * channels;
      let weight = (taps[i] as number) * outputs;
      let from = upstream;
      for (let c = 0; c < channels; c++) {
        const value = x[place + c] as number;
        for (let m = 0; m < multiplier; m++, weight++, from++) {
          sums[weight] = (sums[weight] as number) + value * (dy[from] as number);
        }
      }
    }
  });
  floats(backend, output).set(sums);
  return output;
});

/**
 * The input gradient of a depthwise convolution, which tfjs's wasm backend lacks.
 *
 * | tensor   | shape                |
 * | -------- | -------------------- |
 * | `dy`     | `[n, oh, ow, c · m]` |
 * | `filter` | `[kh, kw, c, m]`     |
 * | result   | `[n, h, w, c]`       |
 */
export const depthwiseBackpropInput: KernelConfig = defineFloatKernel<
  DepthwiseConv2dNativeBackpropInputInputs,
  DepthwiseConv2dNativeBackpropInputAttrs
>(DepthwiseConv2dNativeBackpropInput, ({ inputs, attrs, backend }) => {
  const { strides, dilations, pad, dimRoundingMode, inputShape } = attrs;
  const { shape } = inputs.filter as Tensor4D;
  const info = backend_util.computeConv2DInfo(
    inputShape,
    shape,
    strides,
    dilations,
    spelledOut(pad),
    dimRoundingMode,
    true,
  );
  expectShape(DepthwiseConv2dNativeBackpropInput, info.outShape, inputs.dy);
  const output = allocate(backend, inputShape);
  const w = floats(backend, inputs.filter);
  const dy = floats(backend, inputs.dy);
  const dx = floats(backend, output).fill(0);
  const [, , channels, multiplier] = shape;
  const outputs = channels * multiplier;
  forEachWindow(windows2d(info), (at, cells, taps, count) => {
    const upstream = at * outputs;
    for (let i = 0; i < count; i++) {
      const place = (cells[i] as number) * channels;
      let weight = (taps[i] as number) * outputs;
      let from = upstream;
      for (let c = 0; c < channels; c++) {
        let sum = dx[place + c] as number;
        for (let m = 0; m < multiplier; m++, weight++, from++) {
          sum += (w[weight] as number) * (dy[from] as number);
        }
        dx[place + c] = sum;
      }
    }
  });
  return output;
});
