import { FUSED, type GatherBytesAttributes } from "@kindling/core";
import { expectGatherBytes } from "@kindling/core/kernels";
import type { KernelConfig } from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.ts";
import { onHost } from "./native.ts";

/**
 * Rows of bytes to floats, which TensorFlow then takes as they are: on the CPU without a copy, and a batch of images
 * is soon on a GPU.
 */
export const gatherBytes: KernelConfig = defineKernel<object, GatherBytesAttributes>(
  FUSED.gatherBytes,
  ({ attrs, backend }) => {
    expectGatherBytes(FUSED.gatherBytes, attrs);
    const { bytes, width, indices, divisor, shape } = attrs;
    const quotients = Float32Array.from({ length: 256 }, (_, byte) => byte / divisor);
    const values = new Float32Array(indices.length * width);
    for (let row = 0; row < indices.length; row++) {
      const [from, to] = [(indices[row] as number) * width, row * width];
      for (let i = 0; i < width; i++) {
        values[to + i] = quotients[bytes[from + i] as number] as number;
      }
    }
    return onHost(backend, shape, values);
  },
);
