import { ArgumentError } from "@kindling/core";
import {
  type KernelConfig,
  Transpose,
  type TransposeAttrs,
  type TransposeInputs,
  util,
} from "@tensorflow/tfjs-core";
import { sideModule } from "../simd/side-module.ts";
import { allocate, defineKernel, pointer } from "./kernel.ts";
import { runStock } from "./stock.ts";

/**
 * Axes in another order. Two neighbouring blocks of axes that change places, as in a matrix or between
 * `[n, h, w, c]` and `[n, c, h, w]`, are turned by the side module.
 */
export const transposeKernel: KernelConfig = defineKernel<TransposeInputs, TransposeAttrs>(
  Transpose,
  ({ inputs: { x }, attrs: { perm }, backend }) => {
    const axes = x.shape.map((_, axis) => axis);
    if (
      !util.arraysEqual(
        axes,
        [...perm].sort((a, b) => a - b),
      )
    ) {
      throw new ArgumentError(
        `${Transpose}: expected each axis of [${x.shape}] once, got the order [${perm}]`,
      );
    }
    const shape = perm.map((axis) => x.shape[axis] as number);
    if (shape.includes(0)) return allocate(backend, shape, x.dtype);
    const swap = x.dtype === "bool" ? null : swapped(x.shape, perm);
    if (swap === null) return runStock(Transpose, { x }, { perm }, backend);
    const y = allocate(backend, shape, x.dtype);
    sideModule(backend).kernels.transpose(pointer(backend, x), pointer(backend, y), ...swap);
    return y;
  },
);

type Swap = [batch: number, rows: number, columns: number];

// [a, b, c] to [a, c, b], each a run of axes; null for any other order.
function swapped(shape: readonly number[], perm: readonly number[]): Swap | null {
  const kept = perm.findIndex((axis, i) => axis !== i);
  if (kept < 0) return null;
  const first = perm[kept] as number;
  const width = shape.length - first;
  const expected = perm.map((_, i) => {
    if (i < kept) return i;
    return i < kept + width ? first + i - kept : i - width;
  });
  if (!util.arraysEqual([...perm], expected)) return null;
  const size = (from: number, to: number): number => util.sizeFromShape(shape.slice(from, to));
  return [size(0, kept), size(kept, first), size(first, shape.length)];
}
