// Integers picked and put by places of several axes, which tfjs takes through floats.
import {
  backend_util,
  GatherNd,
  type GatherNdInputs,
  type KernelConfig,
  ScatterNd,
  type ScatterNdAttrs,
  type ScatterNdInputs,
  type Tensor,
  TensorScatterUpdate,
  type TensorScatterUpdateInputs,
} from "@tensorflow/tfjs-core";
import { defineKernel, sizeOf } from "./kernel.ts";
import { runProgram } from "./program.ts";
import { runStock } from "./stock.ts";

/** A place outside gives 0. */
const gatherNd = defineKernel<GatherNdInputs>(
  GatherNd,
  ({ inputs: { params, indices }, backend }) => {
    if (params.dtype !== "int32" || sizeOf(indices) === 0) {
      return runStock(GatherNd, { params, indices }, {}, backend);
    }
    const [shape, , slice, strides] = backend_util.prepareAndValidate(
      params as Tensor,
      indices as Tensor,
    );
    const { code, ints } = rowCode(strides);
    return runProgram(backend, {
      name: GatherNd,
      inputs: { x: params, places: indices },
      ints: { ...ints, slice, rows: sizeOf(params) / slice },
      shape,
      dtype: params.dtype,
      code: `${code}
        let at = row * uniforms.slice + index % uniforms.slice;
        result[index] = select(0, i32(x[at]), row >= 0 && row < uniforms.rows);`,
    });
  },
);

/** Where places meet, their sum; places outside are left out. */
const scatterNd = defineKernel<ScatterNdInputs, ScatterNdAttrs>(
  ScatterNd,
  ({ inputs: { indices, updates }, attrs, backend }) => {
    const size = sizeOf(attrs);
    if (updates.dtype !== "int32" || size === 0 || sizeOf(updates) === 0) {
      return runStock(ScatterNd, { indices, updates }, attrs, backend);
    }
    const { sliceSize, strides, sliceRank } = shapesOf(updates, indices, attrs.shape);
    const { code, ints } = rowCode(strides.slice(0, sliceRank));
    const output = runProgram(backend, {
      ...{ name: "zeros", inputs: {}, shape: attrs.shape, dtype: updates.dtype },
      code: "result[index] = 0;",
    });
    return runProgram(backend, {
      name: ScatterNd,
      inputs: { x: updates, places: indices },
      ints: { ...ints, slice: sliceSize, rows: size / sliceSize },
      shape: attrs.shape,
      dtype: updates.dtype,
      threads: sizeOf(updates),
      output,
      atomic: true,
      code: `${code}
        if (row >= 0 && row < uniforms.rows) {
          atomicAdd(&result[row * uniforms.slice + index % uniforms.slice], i32(x[index]));
        }`,
    });
  },
);

/** Where places meet, one of the values. */
const tensorScatterUpdate = defineKernel<TensorScatterUpdateInputs>(
  TensorScatterUpdate,
  ({ inputs: { tensor, indices, updates }, attrs, backend }) => {
    const { shape, dtype } = tensor;
    const size = sizeOf(tensor);
    if (dtype !== "int32" || size === 0 || sizeOf(updates) === 0) {
      return runStock(TensorScatterUpdate, { tensor, indices, updates }, attrs, backend);
    }
    const { sliceSize, strides, sliceRank } = shapesOf(updates, indices, shape);
    const { code, ints } = rowCode(strides.slice(0, sliceRank));
    const output = runProgram(backend, {
      ...{ name: "copy", inputs: { x: tensor }, shape, dtype },
      code: "result[index] = i32(x[index]);",
    });
    return runProgram(backend, {
      name: TensorScatterUpdate,
      inputs: { x: updates, places: indices },
      ints: { ...ints, slice: sliceSize, rows: size / sliceSize },
      shape,
      dtype,
      threads: sizeOf(updates),
      output,
      code: `${code}
        if (row >= 0 && row < uniforms.rows) {
          result[row * uniforms.slice + index % uniforms.slice] = i32(x[index]);
        }`,
    });
  },
);

export const ndGathers: readonly KernelConfig[] = [gatherNd, scatterNd, tensorScatterUpdate];

/** WGSL that sets `row` to the row of slices that the place of `index` is. */
function rowCode(strides: readonly number[]): { code: string; ints: Record<string, number> } {
  const terms = strides.map((_, axis) => {
    return `row = row + i32(places[place * ${strides.length} + ${axis}]) * uniforms.s${axis};`;
  });
  return {
    code: `let place = index / uniforms.slice; var row = 0; ${terms.join("\n")}`,
    ints: Object.fromEntries(strides.map((stride, axis) => [`s${axis}`, stride])),
  };
}

// tfjs's types say tensors; it looks at shapes.
function shapesOf(updates: object, indices: object, shape: readonly number[]) {
  return backend_util.calculateShapes(updates as Tensor, indices as Tensor, [...shape]);
}
