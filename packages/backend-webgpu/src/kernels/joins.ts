// Joins of integers, which tfjs takes through floats.
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  backend_util,
  Concat,
  type ConcatAttrs,
  type KernelConfig,
  Pack,
  type PackAttrs,
  type TensorInfo,
  util,
} from "@tensorflow/tfjs-core";
import { defineKernel, sizeOf } from "./kernel.ts";
import { runProgram, share } from "./program.ts";
import { runStock } from "./stock.ts";
import { placesCode, stridesOf } from "./strides.ts";

const concat = defineKernel<TensorInfo[], ConcatAttrs>(Concat, ({ inputs, attrs, backend }) => {
  const list = Object.values(inputs) as TensorInfo[];
  if (!list.every(({ dtype }) => dtype === "int32")) {
    return runStock(Concat, inputs as never, attrs, backend);
  }
  const axis = util.parseAxisParam(attrs.axis, (list[0] as TensorInfo).shape)[0] as number;
  return joined(backend, list, axis);
});

const pack = defineKernel<TensorInfo[], PackAttrs>(Pack, ({ inputs, attrs, backend }) => {
  const list = Object.values(inputs) as TensorInfo[];
  if (!list.every(({ dtype }) => dtype === "int32")) {
    return runStock(Pack, inputs as never, attrs, backend);
  }
  const { shape } = list[0] as TensorInfo;
  const axis = attrs.axis < 0 ? attrs.axis + shape.length + 1 : attrs.axis;
  const row = [...shape.slice(0, axis), 1, ...shape.slice(axis)];
  return joined(
    backend,
    list.map((piece) => ({ ...piece, shape: row })),
    axis,
  );
});

// Each piece is written into its place of the one output.
function joined(backend: WebGPUBackend, pieces: readonly TensorInfo[], axis: number): TensorInfo {
  const shape = backend_util.computeOutShape(
    pieces.map((piece) => piece.shape),
    axis,
  );
  const [first] = pieces as [TensorInfo];
  if (pieces.length === 1) return share(backend, first);
  const output = backend.makeTensorInfo(shape, first.dtype);
  if (util.sizeFromShape(shape) === 0) {
    backend.disposeData(output.dataId);
    return backend.makeTensorInfo(shape, first.dtype, new Int32Array(0));
  }
  const strides = stridesOf(shape);
  let start = 0;
  for (const piece of pieces) {
    const { code, ints } = placesCode(piece.shape, { at: strides });
    if (sizeOf(piece) > 0) {
      runProgram(backend, {
        name: "concat",
        inputs: { x: piece },
        ints: { ...ints, offset: start * (strides[axis] as number) },
        shape,
        dtype: first.dtype,
        threads: sizeOf(piece),
        output,
        code: `${code} result[uniforms.offset + at] = i32(x[index]);`,
      });
    }
    start += piece.shape[axis] as number;
  }
  return output;
}

/** Along an axis that is there, and along a new one. */
export const joins: readonly KernelConfig[] = [concat, pack];
