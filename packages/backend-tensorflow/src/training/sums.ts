import { FUSED } from "@kindling/core";
import { expectShape } from "@kindling/core/kernels";
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { defineFloatKernel } from "./kernel.ts";
import { compute, idOf, scalar } from "./native.ts";

/** `total + x`, which TensorFlow writes to new memory. */
const addTo = defineFloatKernel<{ total: TensorInfo; x: TensorInfo }>(
  FUSED.addTo,
  ({ inputs: { total, x }, backend }) => {
    expectShape(FUSED.addTo, total.shape, x, "what is added");
    return compute(backend, ({ map, tensor }) =>
      tensor(map("AddV2", idOf(backend, total), idOf(backend, x)), total.shape),
    );
  },
);

/** `Σ x²`: TensorFlow's op halves it. */
const sumOfSquares = defineFloatKernel<{ x: TensorInfo }>(
  FUSED.sumOfSquares,
  ({ inputs: { x }, backend }) =>
    compute(backend, ({ map, tensor }) =>
      tensor(map("Mul", map("L2Loss", idOf(backend, x)), scalar(backend, 2)), []),
    ),
);

export const sums: readonly KernelConfig[] = [addTo, sumOfSquares];
