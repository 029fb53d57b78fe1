import {
  AvgPool,
  type AvgPoolAttrs,
  type AvgPoolInputs,
  type KernelConfig,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { allFinite } from "./finite.ts";
import { allocate, type BackendWasm, defineFloatKernel, floats } from "./kernel.ts";
import { poolInfo, poolPadding } from "./padding.ts";
import { runStock } from "./stock.ts";
import { forEachWindow, type Windows, windows2d } from "./windows.ts";

/** Average pooling of images, `[n, h, w, c]` to `[n, oh, ow, c]`; padding does not count. */
export const avgPool: KernelConfig = defineFloatKernel<AvgPoolInputs, AvgPoolAttrs>(
  AvgPool,
  ({ inputs: { x }, attrs, backend }) => {
    const { filterSize, strides } = attrs;
    const info = poolInfo(x, attrs);
    const padding = poolPadding(info);
    return padding === null || !allFinite(backend, x)
      ? averages(backend, x, info.outShape, windows2d(info))
      : runStock(AvgPool, { x }, { filterSize, strides, pad: padding }, backend);
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
