import { expectAxes, expectShape } from "@kindling/core/kernels";
import {
  AvgPool3DGrad,
  type AvgPool3DGradAttrs,
  type AvgPool3DGradInputs,
  backend_util,
  type KernelConfig,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { allocate, type BackendWasm, defineFloatKernel, floats } from "./kernel.ts";
import { forEachWindow, type Windows, windows3d } from "./windows.ts";

/**
 * The gradient of average pooling of volumes, `[n, d, h, w, c]`: each window's is shared by its cells.
 *
 * The forward pass divides by the count of cells that are not padding; so does this, where tfjs's own
 * divides by the size of the window.
 */
export const avgPool3dGrad: KernelConfig = defineFloatKernel<
  AvgPool3DGradInputs,
  AvgPool3DGradAttrs
>(AvgPool3DGrad, ({ inputs: { dy, input }, attrs, backend }) => {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  expectAxes(AvgPool3DGrad, "[n, d, h, w, c]", input.shape, "the volumes");
  const shape = input.shape as [number, number, number, number, number];
  const info = backend_util.computePool3DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  expectShape(AvgPool3DGrad, info.outShape, dy);
  return share(backend, dy, input.shape, windows3d(info));
});

function share(
  backend: BackendWasm,
  upstream: TensorInfo,
  shape: readonly number[],
  windows: Windows,
): TensorInfo {
  const output = allocate(backend, shape);
  const dy = floats(backend, upstream);
  const dx = floats(backend, output).fill(0);
  const channels = shape.at(-1) as number;
  forEachWindow(windows, (at, cells, _, count) => {
    for (let i = 0; i < count; i++) {
      const place = (cells[i] as number) * channels;
      for (let c = 0; c < channels; c++) {
        const part = (dy[at * channels + c] as number) / count;
        dx[place + c] = (dx[place + c] as number) + part;
      }
    }
  });
  return output;
}
