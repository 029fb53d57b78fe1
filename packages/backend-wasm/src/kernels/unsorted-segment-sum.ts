import { ShapeError } from "@kindling/core";
import { expectDtype, expectIntegers } from "@kindling/core/kernels";
import {
  type KernelConfig,
  UnsortedSegmentSum,
  type UnsortedSegmentSumAttrs,
  type UnsortedSegmentSumInputs,
} from "@tensorflow/tfjs-core";
import { sideModule } from "../simd/side-module.ts";
import { allocate, defineKernel, integers, pointer } from "./kernel.ts";

/**
 * Sums the rows of `x` that share a segment id: the gradient of a gather. tfjs's wasm backend lacks it.
 *
 * Rows whose id lies outside 0 to `numSegments` − 1 are dropped, as on tfjs's other backends.
 *
 * | tensor       | shape               |
 * | ------------ | ------------------- |
 * | `x`          | `[n, ...]`          |
 * | `segmentIds` | `[n]`, int32        |
 * | result       | `[numSegments, ...]` |
 */
export const unsortedSegmentSum: KernelConfig = defineKernel<
  UnsortedSegmentSumInputs,
  UnsortedSegmentSumAttrs
>(UnsortedSegmentSum, ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
  const [rows = 0, ...rest] = x.shape;
  if (x.shape.length === 0) throw new ShapeError(UnsortedSegmentSum, "[n, ...]", x.shape);
  if (segmentIds.shape.length !== 1 || segmentIds.shape[0] !== rows) {
    throw new ShapeError("UnsortedSegmentSum", `[${rows}] (one id a row)`, segmentIds.shape);
  }
  expectDtype(UnsortedSegmentSum, "int32", { segmentIds });
  expectIntegers(UnsortedSegmentSum, "segments", [numSegments], 0);
  const width = rest.reduce((size, length) => size * length, 1);
  const dtype = x.dtype === "float32" ? "float32" : "int32";
  const output = allocate(backend, [numSegments, ...rest], dtype);
  if (x.dtype === "float32") {
    const at = [x, segmentIds, output].map((one) => pointer(backend, one));
    const [from, idsAt, to] = at as [number, number, number];
    sideModule(backend).kernels.unsortedSegmentSum(from, idsAt, to, rows, width, numSegments);
    return output;
  }
  const ids = integers(backend, segmentIds);
  const source = backend.typedArrayFromHeap(x);
  const sums = backend.typedArrayFromHeap(output).fill(0);
  for (let row = 0; row < rows; row++) {
    const id = ids[row] as number;
    if (id < 0 || id >= numSegments) continue;
    const from = row * width;
    const to = id * width;
    for (let i = 0; i < width; i++) {
      sums[to + i] = (sums[to + i] as number) + (source[from + i] as number);
    }
  }
  return output;
});
