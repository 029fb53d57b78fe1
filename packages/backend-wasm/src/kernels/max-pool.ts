import { expectAxes, poolInfo } from "@kindling/core/kernels";
import {
  backend_util,
  type KernelConfig,
  MaxPool3D,
  type MaxPool3DAttrs,
  type MaxPool3DInputs,
  MaxPoolWithArgmax,
  type MaxPoolWithArgmaxAttrs,
  type MaxPoolWithArgmaxInputs,
} from "@tensorflow/tfjs-core";
import { allocate, defineFloatKernel, floats, integers } from "./kernel.ts";
import { forEachWindow, type VisitWindow, windows2d, windows3d } from "./windows.ts";

/**
 * Max pooling of volumes, `[n, d, h, w, c]` to `[n, od, oh, ow, c]`.
 *
 * tfjs's own starts from the smallest positive number, so negative maxima come out wrong.
 */
export const maxPool3d: KernelConfig = defineFloatKernel<MaxPool3DInputs, MaxPool3DAttrs>(
  MaxPool3D,
  ({ inputs: { x }, attrs, backend }) => {
    const { filterSize, strides, pad, dimRoundingMode } = attrs;
    expectAxes(MaxPool3D, "[n, d, h, w, c]", x.shape, "the volumes");
    const shape = x.shape as [number, number, number, number, number];
    const info = backend_util.computePool3DInfo(
      shape,
      filterSize,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    const output = allocate(backend, info.outShape);
    const y = floats(backend, output);
    const visit = maxima(floats(backend, x), info.inChannels, (at, _place, largest) => {
      y[at] = largest;
    });
    forEachWindow(windows3d(info), visit);
    return output;
  },
);

/** Max pooling that also says where each maximum was, as an index into the image or the whole batch. */
export const maxPoolWithArgmax: KernelConfig = defineFloatKernel<
  MaxPoolWithArgmaxInputs,
  MaxPoolWithArgmaxAttrs
>(MaxPoolWithArgmax, ({ inputs: { x }, attrs, backend }) => {
  const info = poolInfo(MaxPoolWithArgmax, x, attrs);
  const values = allocate(backend, info.outShape);
  const places = allocate(backend, info.outShape, "int32");
  const y = floats(backend, values);
  const indices = integers(backend, places);
  const image = attrs.includeBatchInIndex ? x.shape.reduce((a, b) => a * b, 1) : imageSize(info);
  const visit = maxima(floats(backend, x), info.inChannels, (at, place, largest) => {
    y[at] = largest;
    indices[at] = place % image;
  });
  forEachWindow(windows2d(info), visit);
  return [values, places];
});

function imageSize({ inHeight, inWidth, inChannels }: backend_util.Conv2DInfo): number {
  return inHeight * inWidth * inChannels;
}

// The first maximum wins a tie and a NaN counts as the largest, as in PyTorch.
function maxima(
  x: Float32Array,
  channels: number,
  found: (at: number, place: number, largest: number) => void,
): VisitWindow {
  return (at, cells, _, count) => {
    for (let c = 0; c < channels; c++) {
      let best = count === 0 ? 0 : (cells[0] as number) * channels + c;
      let largest = count === 0 ? Number.NEGATIVE_INFINITY : (x[best] as number);
      for (let i = 1; i < count; i++) {
        const place = (cells[i] as number) * channels + c;
        const value = x[place] as number;
        // biome-ignore lint/suspicious/noSelfCompare: true for NaN only, and faster than isNaN
        if (value > largest || value !== value) {
          largest = value;
          best = place;
        }
      }
      found(at * channels + c, best, largest);
    }
  };
}
