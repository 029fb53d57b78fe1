import { type DropoutAttributes, FUSED } from "@kindling/core";
import { dropoutMask, expectDropout, expectDropoutGradient } from "@kindling/core/kernels";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { allocate, defineFloatKernel, defineKernel, sizeOf } from "../kernels/kernel.ts";
import { dispatch, elementwise, groupsFor, upload } from "./recorder.ts";

/** Dropout, whose mask comes from the host as one bit a value, and its gradient. */
export const dropoutKernels: readonly KernelConfig[] = [
  defineFloatKernel<{ x: TensorInfo }, DropoutAttributes>(
    FUSED.dropout,
    ({ inputs: { x }, attrs: { p, scale, random }, backend }) => {
      expectDropout(FUSED.dropout, { p, scale, random });
      const y = allocate(backend, x.shape);
      const mask = allocate(backend, x.shape, "bool");
      const size = sizeOf(x);
      if (size === 0) return [y, mask];
      const bits = upload(backend, packed(dropoutMask(size, p, random)), "storage");
      dispatch(backend, {
        label: FUSED.dropout,
        code: elementwise(`
  let kept = (bits[i / 32u] >> (i % 32u)) & 1u;
  mask[i] = i32(kept);
  y[i] = x[i] * select(0.0, u.scale, kept != 0u);`),
        reads: { x, bits },
        writes: { y, mask },
        uniforms: { size: ["u32", size], scale: ["f32", scale] },
        workgroups: groupsFor(size),
      });
      return [y, mask];
    },
  ),
  defineKernel<{ dy: TensorInfo; mask: TensorInfo }, Pick<DropoutAttributes, "scale">>(
    FUSED.dropoutGrad,
    ({ inputs: { dy, mask }, attrs: { scale }, backend }) => {
      expectDropoutGradient(FUSED.dropoutGrad, { dy, mask }, scale);
      const dx = allocate(backend, dy.shape);
      const size = sizeOf(dy);
      if (size === 0) return dx;
      dispatch(backend, {
        label: FUSED.dropoutGrad,
        code: elementwise("  dx[i] = dy[i] * select(0.0, u.scale, mask[i] != 0);"),
        reads: { dy, mask },
        writes: { dx },
        uniforms: { size: ["u32", size], scale: ["f32", scale] },
        workgroups: groupsFor(size),
      });
      return dx;
    },
  ),
];

/** Bit i % 32 of word i / 32 is value i of the mask: a 32nd of the words that a mask has on the device. */
function packed(mask: Uint8Array): ArrayBuffer {
  const bits = new Uint32Array(Math.ceil(mask.length / 32));
  mask.forEach((kept, i) => {
    (bits[i >>> 5] as number) |= kept << (i & 31);
  });
  return bits.buffer;
}
