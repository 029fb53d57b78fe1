import { expectOutput, expectShape, expectWindow } from "@kindling/core/kernels";
import {
  backend_util,
  Dilation2D,
  type Dilation2DAttrs,
  Dilation2DBackpropFilter,
  Dilation2DBackpropInput,
  type Dilation2DInputs,
  type KernelConfig,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { allocate, type BackendWasm, defineFloatKernel, floats } from "./kernel.ts";
import { forEachWindow, type VisitWindow, windows2d } from "./windows.ts";

type Inputs = { x: TensorInfo; filter: TensorInfo; dy: TensorInfo };

/**
 * Greyscale dilation: the largest `x + filter` of each window, `[n, h, w, c]` and `[kh, kw, c]`.
 *
 * tfjs's own starts from the smallest positive number, so negative maxima come out wrong.
 */
export const dilation2d: KernelConfig = defineFloatKernel<Dilation2DInputs, Dilation2DAttrs>(
  Dilation2D,
  ({ inputs: { x, filter }, attrs, backend }) => {
    const info = geometry(Dilation2D, x, filter, attrs);
    const output = allocate(backend, info.outShape);
    const y = floats(backend, output);
    const visit = maxima(backend, x, filter, (at, _place, _tap, largest) => {
      y[at] = largest;
    });
    forEachWindow(windows2d(info), visit);
    return output;
  },
);

/** The gradient of {@link dilation2d} for `x`: each window's goes to the place of its maximum. */
export const dilation2dBackpropInput: KernelConfig = defineFloatKernel<Inputs, Dilation2DAttrs>(
  Dilation2DBackpropInput,
  ({ inputs: { x, filter, dy }, attrs, backend }) =>
    scatter(Dilation2DBackpropInput, backend, { x, filter, dy }, attrs, x),
);

/** The gradient of {@link dilation2d} for the filter. */
export const dilation2dBackpropFilter: KernelConfig = defineFloatKernel<Inputs, Dilation2DAttrs>(
  Dilation2DBackpropFilter,
  ({ inputs: { x, filter, dy }, attrs, backend }) =>
    scatter(Dilation2DBackpropFilter, backend, { x, filter, dy }, attrs, filter),
);

function scatter(
  where: string,
  backend: BackendWasm,
  { x, filter, dy }: Inputs,
  attrs: Dilation2DAttrs,
  wanted: TensorInfo,
): TensorInfo {
  const info = geometry(where, x, filter, attrs);
  expectShape(where, info.outShape, dy);
  const output = allocate(backend, wanted.shape);
  const upstream = floats(backend, dy);
  const gradient = floats(backend, output).fill(0);
  const visit = maxima(backend, x, filter, (at, place, tap) => {
    const to = wanted === x ? place : tap;
    gradient[to] = (gradient[to] as number) + (upstream[at] as number);
  });
  forEachWindow(windows2d(info), visit);
  return output;
}

function geometry(
  where: string,
  x: TensorInfo,
  filter: TensorInfo,
  { strides, pad, dilations }: Dilation2DAttrs,
): backend_util.Conv2DInfo {
  const window = { size: filter.shape.slice(0, 2), strides, dilations, pad };
  expectWindow(where, x.shape, window);
  expectShape(where, [...window.size, x.shape[3] as number], filter, "the filter");
  const info = backend_util.computeDilation2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number],
    strides,
    pad,
    "NHWC",
    dilations,
  );
  expectOutput(where, x.shape, window, info.outShape);
  return info;
}

// The first maximum wins a tie, as on tfjs's cpu backend.
function maxima(
  backend: BackendWasm,
  input: TensorInfo,
  filter: TensorInfo,
  found: (at: number, place: number, tap: number, largest: number) => void,
): VisitWindow {
  const x = floats(backend, input);
  const w = floats(backend, filter);
  const channels = input.shape.at(-1) as number;
  return (at, cells, taps, count) => {
    if (count === 0) return;
    for (let c = 0; c < channels; c++) {
      let best = 0;
      let largest = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < count; i++) {
        const place = (cells[i] as number) * channels + c;
        const value = (x[place] as number) + (w[(taps[i] as number) * channels + c] as number);
        // biome-ignore lint/suspicious/noSelfCompare: true for NaN only, and faster than isNaN
        if (value > largest || value !== value) {
          largest = value;
          best = i;
        }
      }
      const place = (cells[best] as number) * channels + c;
      found(at * channels + c, place, (taps[best] as number) * channels + c, largest);
    }
  };
}
