import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  BatchMatMul,
  type BatchMatMulAttrs,
  type BatchMatMulInputs,
  backend_util,
  type KernelConfig,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { defineKernel, sizeOf } from "./kernel.ts";
import { runProgram } from "./program.ts";
import { runStock } from "./stock.ts";
import { broadcastStrides, expand, placesCode } from "./strides.ts";

/**
 * Products of matrices. tfjs takes integers through floats, and repeats a batch as a whole: of [2, 1] and [2, 3]
 * matrices it multiplies the wrong ones.
 */
const batchMatMul = defineKernel<BatchMatMulInputs, BatchMatMulAttrs>(
  BatchMatMul,
  ({ inputs: { a, b }, attrs, backend }) => {
    if (sizeOf(a) === 0 || sizeOf(b) === 0) return runStock(BatchMatMul, { a, b }, attrs, backend);
    const left = matrix(a.shape, attrs.transposeA);
    const right = matrix(b.shape, !attrs.transposeB);
    const batch = backend_util.assertAndGetBroadcastShape(left.batch, right.batch);
    if (a.dtype !== "int32" || b.dtype !== "int32") {
      const inputs = { a: whole(backend, a, batch), b: whole(backend, b, batch) };
      const output = runStock(BatchMatMul, inputs, attrs, backend);
      for (const [own, given] of [[inputs.a, a] as const, [inputs.b, b] as const]) {
        if (own !== given) backend.disposeData(own.dataId);
      }
      return output;
    }
    // A thread a value.
    const shape = [...batch, left.length, right.length];
    // As many axes as the output's, the batch's first; a matrix does not move along the other's axis.
    const lead = (own: readonly number[], size: number) => [
      ...batch.slice(own.length).map(() => 0),
      ...broadcastStrides(own).map((stride) => stride * size),
    ];
    const { code, ints } = placesCode(shape, {
      p: [...lead(left.batch, left.size), left.step, 0],
      q: [...lead(right.batch, right.size), 0, right.step],
    });
    return runProgram(backend, {
      name: BatchMatMul,
      inputs: { a, b },
      ints: { ...ints, inner: left.inner, alongA: left.innerStep, alongB: right.innerStep },
      shape,
      dtype: "int32",
      code: `${code}
        var sum = 0;
        for (var k = 0; k < uniforms.inner; k++) {
          sum = sum + a[p + k * uniforms.alongA] * b[q + k * uniforms.alongB];
        }
        result[index] = sum;`,
    });
  },
);

// tfjs can do with one matrix for all pairs, or with one for each.
function whole(backend: WebGPUBackend, x: TensorInfo, batch: readonly number[]): TensorInfo {
  const pairs = sizeOf({ shape: batch });
  const own = sizeOf({ shape: x.shape.slice(0, -2) });
  if (own === 1 || own === pairs) return x;
  return expand(backend, x, [...batch, ...x.shape.slice(-2)]);
}

export const products: readonly KernelConfig[] = [batchMatMul];

/** A matrix by its outer and its inner axis, which is the last one unless `innerFirst`. */
function matrix(shape: readonly number[], innerFirst: boolean) {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return {
    batch: shape.slice(0, -2),
    size: rows * columns,
    ...(innerFirst
      ? { length: columns, step: 1, inner: rows, innerStep: columns }
      : { length: rows, step: columns, inner: columns, innerStep: 1 }),
  };
}
