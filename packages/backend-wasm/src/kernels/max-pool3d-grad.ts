import { expectAxes, expectShape } from "@kindling/core/kernels";
import {
  backend_util,
  type KernelConfig,
  MaxPool3DGrad,
  type MaxPool3DGradAttrs,
  type MaxPool3DGradInputs,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { allocate, type BackendWasm, defineFloatKernel, floats } from "./kernel.ts";
import { forEachWindow, type Windows, windows3d } from "./windows.ts";

/**
 * The gradient of max pooling of volumes, `[n, d, h, w, c]`: each window's goes to its first maximum.
 *
 * tfjs's own loses the gradient of every window whose maximum is not positive.
 */
export const maxPool3dGrad: KernelConfig = defineFloatKernel<
  MaxPool3DGradInputs,
  MaxPool3DGradAttrs
>(MaxPool3DGrad, ({ inputs: { dy, input }, attrs, backend }) => {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  expectAxes(MaxPool3DGrad, "[n, d, h, w, c]", input.shape, "the volumes");
  const shape = input.shape as [number, number, number, number, number];
  const info = backend_util.computePool3DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  expectShape(MaxPool3DGrad, info.outShape, dy);
  return scatterToMaxima(backend, dy, input, windows3d(info));
});

function scatterToMaxima(
  backend: BackendWasm,
  upstream: TensorInfo,
  input: TensorInfo,
  windows: Windows,
): TensorInfo {
  const output = allocate(backend, input.shape);
  const x = floats(backend, input);
  const dy = floats(backend, upstream);
  const dx = floats(backend, output).fill(0);
  const channels = input.shape.at(-1) as number;
  forEachWindow(windows, (at, cells, _, count) => {
    // Rounding up can put a whole window outside: nothing there to give a gradient to.
    if (count === 0) return;
    for (let c = 0; c < channels; c++) {
      let best = (cells[0] as number) * channels + c;
      let largest = x[best] as number;
      for (let i = 1; i < count; i++) {
        const place = (cells[i] as number) * channels + c;
        const value = x[place] as number;
        // biome-ignore lint/suspicious/noSelfCompare: true for NaN only, and faster than isNaN
        if (value > largest || value !== value) {
          largest = value;
          best = place;
        }
      }
      dx[best] = (dx[best] as number) + (dy[at * channels + c] as number);
    }
  });
  return output;
}
