import { ArgumentError } from "@kindling/core";
import { expectDtype } from "@kindling/core/kernels";
import {
  backend_util,
  GatherV2,
  type GatherV2Attrs,
  type GatherV2Inputs,
  type KernelConfig,
  type Tensor,
  util,
} from "@tensorflow/tfjs-core";
import { sideModule } from "../simd/side-module.ts";
import { allocate, defineKernel, integers, pointer } from "./kernel.ts";

/**
 * Slices of `x` along an axis, by index. tfjs's own mixes up batches when `batchDims` is above 0.
 *
 * | tensor    | shape                                    |
 * | --------- | ---------------------------------------- |
 * | `x`       | `[...batch, ...outer, size, ...slice]`   |
 * | `indices` | `[...batch, ...m]`, int32                |
 * | result    | `[...batch, ...outer, ...m, ...slice]`   |
 */
export const gather: KernelConfig = defineKernel<GatherV2Inputs, GatherV2Attrs>(
  GatherV2,
  ({ inputs: { x, indices }, attrs: { axis, batchDims }, backend }) => {
    expectDtype(GatherV2, "int32", { indices });
    const [parsed = 0] = util.parseAxisParam(axis, x.shape);
    const { batchSize, outerSize, dimSize, sliceSize, outputShape } =
      backend_util.segment_util.collectGatherOpShapeInfo(
        x as Tensor,
        indices as Tensor,
        parsed,
        batchDims,
      );
    const count = util.sizeFromShape(indices.shape) / Math.max(1, batchSize);
    const output = allocate(backend, outputShape, x.dtype);
    if (batchSize === 1 && outerSize === 1 && (x.dtype === "float32" || x.dtype === "int32")) {
      const at = [x, indices, output].map((one) => pointer(backend, one));
      const [from, places, to] = at as [number, number, number];
      const { kernels } = sideModule(backend);
      const bad = kernels.gatherRows(from, places, to, count, sliceSize, dimSize);
      if (bad === 0) return output;
      backend.disposeData(output.dataId);
      throw wrongIndex(integers(backend, indices)[bad - 1] as number, bad - 1, dimSize);
    }
    const source = backend.typedArrayFromHeap(x);
    const target = backend.typedArrayFromHeap(output);
    const places = integers(backend, indices);
    let to = 0;
    for (let b = 0; b < batchSize; b++) {
      for (let o = 0; o < outerSize; o++) {
        for (let i = 0; i < count; i++, to += sliceSize) {
          const index = places[b * count + i] as number;
          if (index < 0 || index >= dimSize) {
            backend.disposeData(output.dataId);
            throw wrongIndex(index, b * count + i, dimSize);
          }
          const from = ((b * outerSize + o) * dimSize + index) * sliceSize;
          for (let k = 0; k < sliceSize; k++) target[to + k] = source[from + k] as number;
        }
      }
    }
    return output;
  },
);

function wrongIndex(index: number, at: number, size: number): ArgumentError {
  return new ArgumentError(`gather: expected indices from 0 to ${size - 1}, got ${index} at ${at}`);
}
