import { FUSED, type GatherBytesAttributes } from "@kindling/core";
import { expectGatherBytes } from "@kindling/core/kernels";
import type { KernelConfig } from "@tensorflow/tfjs-core";
import { allocate, defineKernel } from "../kernels/kernel.ts";
import { dispatch, elementwise, groupsFor, upload } from "./recorder.ts";

/** Rows of bytes in host memory to floats on the device: they travel as bytes, a quarter of the floats. */
export const gatherBytes: KernelConfig = defineKernel<object, GatherBytesAttributes>(
  FUSED.gatherBytes,
  ({ attrs, backend }) => {
    expectGatherBytes(FUSED.gatherBytes, attrs);
    const { bytes, width, indices, divisor, shape } = attrs;
    const output = allocate(backend, shape);
    const size = indices.length * width;
    if (size === 0) return output;
    const packed = new Uint8Array(4 * Math.ceil(size / 4));
    for (let i = 0; i < indices.length; i++) {
      const from = (indices[i] as number) * width;
      packed.set(bytes.subarray(from, from + width), i * width);
    }
    // Devices are little-endian: byte i is the bits from 8 · (i % 4) of word i / 4.
    const words = upload(backend, packed.buffer, "storage");
    dispatch(backend, {
      label: FUSED.gatherBytes,
      code: elementwise(
        "  output[i] = f32((words[i / 4u] >> (8u * (i % 4u))) & 255u) / u.divisor;",
      ),
      reads: { words },
      writes: { output },
      uniforms: { size: ["u32", size], divisor: ["f32", divisor] },
      workgroups: groupsFor(size),
    });
    return output;
  },
);
