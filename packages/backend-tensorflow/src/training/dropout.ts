import { type DropoutAttributes, FUSED } from "@kindling/core";
import { dropoutMask, expectDropout, expectDropoutGradient } from "@kindling/core/kernels";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { defineFloatKernel, defineKernel, sizeOf } from "./kernel.ts";
import { compute, idOf, type NodeBackend, onHost, scalar, type } from "./native.ts";

/** Dropout, whose mask is drawn on the host as core's Generator draws it, and its gradient. */
export const dropoutKernels: readonly KernelConfig[] = [
  defineFloatKernel<{ x: TensorInfo }, DropoutAttributes>(
    FUSED.dropout,
    ({ inputs: { x }, attrs: { p, scale, random }, backend }) => {
      expectDropout(FUSED.dropout, { p, scale, random });
      const mask = onHost(backend, x.shape, dropoutMask(sizeOf(x), p, random));
      return [masked(backend, x, mask, scale), mask];
    },
  ),
  defineKernel<{ dy: TensorInfo; mask: TensorInfo }, Pick<DropoutAttributes, "scale">>(
    FUSED.dropoutGrad,
    ({ inputs: { dy, mask }, attrs: { scale }, backend }) => {
      expectDropoutGradient(FUSED.dropoutGrad, { dy, mask }, scale);
      return masked(backend, dy, mask, scale);
    },
  ),
];

const TO_FLOAT = [type("DstT", "float32")];

// A product and no choice: a NaN that is dropped stays one, as in PyTorch.
function masked(backend: NodeBackend, x: TensorInfo, mask: TensorInfo, scale: number): TensorInfo {
  return compute(backend, ({ map, run, tensor }) => {
    const kept = run("Cast", TO_FLOAT, idOf(backend, mask));
    const factors = map("Mul", kept, scalar(backend, scale));
    return tensor(map("Mul", idOf(backend, x), factors), x.shape);
  });
}
