import { FUSED, type GatherBytesAttributes } from "@kindling/core";
import { expectGatherBytes } from "@kindling/core/kernels";
import type { KernelConfig } from "@tensorflow/tfjs-core";
import { sideModule } from "../simd/side-module.ts";
import { allocate, defineKernel, pointer } from "./kernel.ts";

/**
 * Rows of bytes in JavaScript's memory, such as images, to floats in the backend's: the rows are copied as
 * bytes, a quarter of the floats, and widened there.
 */
export const gatherBytes: KernelConfig = defineKernel<object, GatherBytesAttributes>(
  FUSED.gatherBytes,
  ({ attrs, backend }) => {
    expectGatherBytes(FUSED.gatherBytes, attrs);
    const { bytes, width, indices, divisor, shape } = attrs;
    const count = indices.length;
    const output = allocate(backend, shape);
    const module = sideModule(backend);
    // First which row, counted in the copy, then the copy.
    const order = module.scratch(count + Math.ceil((count * width) / 4));
    const { memory } = module;
    new Int32Array(memory.buffer, order, count).forEach((_, i, positions) => {
      positions[i] = i;
    });
    const copy = order + 4 * count;
    for (let i = 0; i < count; i++) {
      const from = (indices[i] as number) * width;
      memory.set(bytes.subarray(from, from + width), copy + i * width);
    }
    const to = pointer(backend, output);
    module.kernels.gatherBytes(copy, order, to, count, width, count, divisor);
    return output;
  },
);
