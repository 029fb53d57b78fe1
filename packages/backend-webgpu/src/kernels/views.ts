// Values moved about. tfjs's own programs take integers through floats, which changes those above 2²⁴, and several
// of them are wrong or refuse for more than four axes.

import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  backend_util,
  type KernelConfig,
  Reverse,
  type ReverseAttrs,
  type ReverseInputs,
  Slice,
  type SliceAttrs,
  type SliceInputs,
  SplitV,
  type SplitVAttrs,
  type SplitVInputs,
  StridedSlice,
  type StridedSliceAttrs,
  type StridedSliceInputs,
  slice_util,
  type TensorInfo,
  Tile,
  type TileAttrs,
  type TileInputs,
  Transpose,
  type TransposeAttrs,
  type TransposeInputs,
  Unpack,
  type UnpackAttrs,
  type UnpackInputs,
  util,
} from "@tensorflow/tfjs-core";
import { defineKernel } from "./kernel.ts";
import { runStock, runStockMany } from "./stock.ts";
import { isOurs, strided, stridesOf } from "./strides.ts";

const transpose = defineKernel<TransposeInputs, TransposeAttrs>(
  Transpose,
  ({ inputs: { x }, attrs, backend }) => {
    if (x.dtype !== "int32") return runStock(Transpose, { x }, attrs, backend);
    return permuted(backend, x, attrs.perm);
  },
);

/** A copy with its axes in another order. */
export function permuted(
  backend: WebGPUBackend,
  x: TensorInfo,
  order: readonly number[],
): TensorInfo {
  const strides = stridesOf(x.shape);
  return strided(
    backend,
    x,
    order.map((axis) => x.shape[axis] as number),
    order.map((axis) => strides[axis] as number),
  );
}

const slice = defineKernel<SliceInputs, SliceAttrs>(Slice, ({ inputs: { x }, attrs, backend }) => {
  if (x.dtype !== "int32") return runStock(Slice, { x }, attrs, backend);
  const [begin, size] = slice_util.parseSliceParams(x as never, attrs.begin, attrs.size);
  slice_util.assertParamsValid(x, begin as number[], size as number[]);
  return cut(backend, x, begin as number[], size as number[]);
});

function cut(
  backend: WebGPUBackend,
  x: TensorInfo,
  begin: readonly number[],
  size: readonly number[],
): TensorInfo {
  const strides = stridesOf(x.shape);
  return strided(backend, x, size, strides, dot(begin, strides));
}

const splitV = defineKernel<SplitVInputs, SplitVAttrs>(
  SplitV,
  ({ inputs: { x }, attrs, backend }) => {
    if (x.dtype !== "int32") return runStockMany(SplitV, { x }, attrs, backend);
    const axis = util.parseAxisParam(attrs.axis, x.shape)[0] as number;
    const sizes = backend_util.prepareSplitSize(x as never, attrs.numOrSizeSplits, axis);
    let start = 0;
    return sizes.map((length) => {
      const begin = x.shape.map((_, at) => (at === axis ? start : 0));
      start += length;
      return cut(backend, x, begin, replaced(x.shape, axis, length));
    });
  },
);

const unpack = defineKernel<UnpackInputs, UnpackAttrs>(
  Unpack,
  ({ inputs: { value }, attrs, backend }) => {
    if (value.dtype !== "int32") return runStockMany(Unpack, { value }, attrs, backend);
    const axis = util.parseAxisParam(attrs.axis, value.shape)[0] as number;
    return Array.from({ length: value.shape[axis] as number }, (_, at) => {
      const begin = value.shape.map((_, other) => (other === axis ? at : 0));
      const piece = cut(backend, value, begin, replaced(value.shape, axis, 1));
      return { ...piece, shape: value.shape.filter((_, other) => other !== axis) };
    });
  },
);

const stridedSlice = defineKernel<StridedSliceInputs, StridedSliceAttrs>(
  StridedSlice,
  ({ inputs: { x }, attrs, backend }) => {
    if (!isOurs(x)) {
      return runStock(StridedSlice, { x }, attrs, backend);
    }
    const { finalShapeSparse, finalShape, begin, strides } = slice_util.sliceInfo(
      x.shape,
      attrs.begin,
      attrs.end,
      attrs.strides,
      attrs.beginMask,
      attrs.endMask,
      attrs.ellipsisMask,
      attrs.newAxisMask,
      attrs.shrinkAxisMask,
    );
    const steps = stridesOf(x.shape);
    const picked = strided(
      backend,
      x,
      finalShapeSparse,
      steps.map((step, axis) => step * (strides[axis] as number)),
      dot(begin, steps),
    );
    return { ...picked, shape: finalShape };
  },
);

const reverse = defineKernel<ReverseInputs, ReverseAttrs>(
  Reverse,
  ({ inputs: { x }, attrs, backend }) => {
    if (!isOurs(x)) return runStock(Reverse, { x }, attrs, backend);
    const axes = util.parseAxisParam(attrs.dims, x.shape);
    const strides = stridesOf(x.shape);
    const ends = x.shape.map((length, axis) => (axes.includes(axis) ? length - 1 : 0));
    return strided(
      backend,
      x,
      x.shape,
      strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
      dot(ends, strides),
    );
  },
);

const tile = defineKernel<TileInputs, TileAttrs>(Tile, ({ inputs: { x }, attrs, backend }) => {
  // tfjs reads five axes back, which needs a wait.
  if (!isOurs(x)) return runStock(Tile, { x }, attrs, backend);
  // Each axis becomes two: the repeats, which take no step, and the axis itself.
  const strides = stridesOf(x.shape);
  const shape = x.shape.flatMap((length, axis) => [attrs.reps[axis] as number, length]);
  const tiled = strided(
    backend,
    x,
    shape,
    strides.flatMap((stride) => [0, stride]),
  );
  return {
    ...tiled,
    shape: x.shape.map((length, axis) => length * (attrs.reps[axis] as number)),
  };
});

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

function replaced(shape: readonly number[], axis: number, length: number): number[] {
  return shape.map((own, at) => (at === axis ? length : own));
}

/** Cuts, repeats and orders of axes. */
export const views: readonly KernelConfig[] = [
  reverse,
  slice,
  splitV,
  stridedSlice,
  tile,
  transpose,
  unpack,
];
