import { ShapeError } from "@kindling/core";
import { expectShape } from "@kindling/core/kernels";
import {
  backend_util,
  Conv3DBackpropFilterV2,
  type Conv3DBackpropFilterV2Attrs,
  type Conv3DBackpropFilterV2Inputs,
  Conv3DBackpropInputV2,
  type Conv3DBackpropInputV2Attrs,
  type Conv3DBackpropInputV2Inputs,
  type KernelConfig,
} from "@tensorflow/tfjs-core";
import { allocate, defineFloatKernel, floats } from "./kernel.ts";
import { forEachWindow, windows3d } from "./windows.ts";

type Shape5 = [number, number, number, number, number];

/**
 * The weight gradient of a convolution of volumes. tfjs's own goes astray where the stride is above 1.
 *
 * | tensor | shape                      |
 * | ------ | -------------------------- |
 * | `x`    | `[n, d, h, w, in]`         |
 * | `dy`   | `[n, od, oh, ow, out]`     |
 * | result | `[kd, kh, kw, in, out]`    |
 */
export const conv3dBackpropFilter: KernelConfig = defineFloatKernel<
  Conv3DBackpropFilterV2Inputs,
  Conv3DBackpropFilterV2Attrs
>(Conv3DBackpropFilterV2, ({ inputs, attrs, backend }) => {
  const { strides, pad, filterShape } = attrs;
  const shape = inputs.x.shape as Shape5;
  const info = backend_util.computeConv3DInfo(shape, filterShape, strides, 1, pad);
  expectChannels(Conv3DBackpropFilterV2, info.inChannels, filterShape);
  expectShape(Conv3DBackpropFilterV2, info.outShape, inputs.dy);
  const output = allocate(backend, filterShape);
  const x = floats(backend, inputs.x);
  const dy = floats(backend, inputs.dy);
  const { inChannels, outChannels } = info;
  // Thousands of products meet in each weight: float64 sums lose nothing on the way.
  const sums = new Float64Array(filterShape.reduce((size, length) => size * length, 1));
  forEachWindow(windows3d(info), (at, cells, taps, count) => {
    for (let i = 0; i < count; i++) {
      const place = (cells[i] as number) * inChannels;
      let weight = (taps[i] as number) * inChannels * outChannels;
      for (let c = 0; c < inChannels; c++) {
        const value = x[place + c] as number;
        let from = at * outChannels;
        for (let o = 0; o < outChannels; o++, weight++, from++) {
          sums[weight] = (sums[weight] as number) + value * (dy[from] as number);
        }
      }
    }
  });
  floats(backend, output).set(sums);
  return output;
});

/**
 * The input gradient of a convolution of volumes, and the forward pass of a transposed one. tfjs's own
 * loses its way along the depth.
 *
 * | tensor   | shape                     |
 * | -------- | ------------------------- |
 * | `dy`     | `[n, od, oh, ow, out]`    |
 * | `filter` | `[kd, kh, kw, in, out]`   |
 * | result   | `[n, d, h, w, in]`        |
 */
export const conv3dBackpropInput: KernelConfig = defineFloatKernel<
  Conv3DBackpropInputV2Inputs,
  Conv3DBackpropInputV2Attrs
>(Conv3DBackpropInputV2, ({ inputs, attrs, backend }) => {
  const { strides, pad, inputShape } = attrs;
  const shape = inputs.filter.shape as Shape5;
  const info = backend_util.computeConv3DInfo(inputShape, shape, strides, 1, pad);
  expectChannels(Conv3DBackpropInputV2, info.inChannels, shape);
  expectShape(Conv3DBackpropInputV2, info.outShape, inputs.dy);
  const output = allocate(backend, inputShape);
  const w = floats(backend, inputs.filter);
  const dy = floats(backend, inputs.dy);
  const dx = floats(backend, output).fill(0);
  const { inChannels, outChannels } = info;
  forEachWindow(windows3d(info), (at, cells, taps, count) => {
    for (let i = 0; i < count; i++) {
      const place = (cells[i] as number) * inChannels;
      let weight = (taps[i] as number) * inChannels * outChannels;
      for (let c = 0; c < inChannels; c++) {
        let sum = dx[place + c] as number;
        let from = at * outChannels;
        for (let o = 0; o < outChannels; o++, weight++, from++) {
          sum += (w[weight] as number) * (dy[from] as number);
        }
        dx[place + c] = sum;
      }
    }
  });
  return output;
});

function expectChannels(where: string, channels: number, filter: readonly number[]): void {
  if (filter[3] === channels) return;
  throw new ShapeError(where, `[kd, kh, kw, ${channels}, out] (the filter)`, filter);
}
