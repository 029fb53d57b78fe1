import {
  AvgPool,
  AvgPool3D,
  type AvgPool3DAttrs,
  type AvgPool3DInputs,
  type AvgPoolAttrs,
  type AvgPoolInputs,
  backend_util,
  type KernelConfig,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { allFinite } from "./finite.ts";
import { allocate, type BackendWasm, defineFloatKernel, floats } from "./kernel.ts";
import { poolPadding, spelledOut } from "./padding.ts";
import { runStock } from "./stock.ts";
import { forEachWindow, type Windows, windows2d, windows3d } from "./windows.ts";

/** Average pooling of images, `[n, h, w, c]` to `[n, oh, ow, c]`; padding does not count. */
export const avgPool: KernelConfig = defineFloatKernel<AvgPoolInputs, AvgPoolAttrs>(
  AvgPool,
  ({ inputs: { x }, attrs, backend }) => {
    const { filterSize, strides, pad, dimRoundingMode } = attrs;
    const info = backend_util.computePool2DInfo(
      x.shape as [number, number, number, number],
      filterSize,
      strides,
      1,
      spelledOut(pad),
      dimRoundingMode,
    );
    const padding = poolPadding(info);
    return padding === null || !allFinite(backend, x)
      ? averages(backend, x, info.outShape, windows2d(info))
      : runStock(AvgPool, { x }, { filterSize, strides, pad: padding }, backend);
  },
);

/** Average pooling of volumes, `[n, d, h, w, c]` to `[n, od, oh, ow, c]`; padding does not count. */
export const avgPool3d: KernelConfig = defineFloatKernel<AvgPool3DInputs, AvgPool3DAttrs>(
  AvgPool3D,
  ({ inputs: { x }, attrs, backend }) => {
    const { filterSize, strides, pad, dimRoundingMode } = attrs;
    const info = backend_util.computePool3DInfo(
      x.shape as [number, number, number, number, number],
      filterSize,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    return averages(backend, x, info.outShape, windows3d(info));
  },
);

function averages(
  backend: BackendWasm,
  input: TensorInfo,
  shape: readonly number[],
  windows: Windows,
): TensorInfo {
  const output = allocate(backend, shape);
  const x = floats(backend, input);
  const y = floats(backend, output);
  const channels = shape.at(-1) as number;
  forEachWindow(windows, (at, cells, _, count) => {
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += x[(cells[i] as number) * channels + c] as number;
      y[at * channels + c] = sum / count;
    }
  });
  return output;
}
