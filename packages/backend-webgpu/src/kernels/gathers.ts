import {
  backend_util,
  Fill,
  type FillAttrs,
  GatherV2,
  type GatherV2Attrs,
  type GatherV2Inputs,
  type KernelConfig,
  type Tensor,
  UnsortedSegmentSum,
  type UnsortedSegmentSumAttrs,
  type UnsortedSegmentSumInputs,
  util,
} from "@tensorflow/tfjs-core";
import { defineKernel, sizeOf } from "./kernel.ts";
import { runProgram } from "./program.ts";
import { runStock } from "./stock.ts";

/** Integers by index, which tfjs takes through floats; an index out of range gives 0. */
const gather = defineKernel<GatherV2Inputs, GatherV2Attrs>(
  GatherV2,
  ({ inputs: { x, indices }, attrs, backend }) => {
    if (x.dtype !== "int32") return runStock(GatherV2, { x, indices }, attrs, backend);
    const axis = util.parseAxisParam(attrs.axis, x.shape)[0] as number;
    // Its types say tensors; it looks at shapes.
    const info = backend_util.segment_util.collectGatherOpShapeInfo(
      x as Tensor,
      indices as Tensor,
      axis,
      attrs.batchDims,
    );
    return runProgram(backend, {
      name: GatherV2,
      inputs: { x, places: indices },
      ints: {
        outer: info.outerSize,
        length: info.dimSize,
        inner: info.sliceSize,
        picked: sizeOf(indices) / info.batchSize,
      },
      shape: info.outputShape,
      dtype: x.dtype,
      code: `
        let column = index % uniforms.inner;
        var rest = index / uniforms.inner;
        let pick = rest % uniforms.picked;
        rest = rest / uniforms.picked;
        let place = i32(places[(rest / uniforms.outer) * uniforms.picked + pick]);
        let at = (rest * uniforms.length + place) * uniforms.inner + column;
        result[index] = select(0, i32(x[at]), place >= 0 && place < uniforms.length);`,
    });
  },
);

/** Sums of rows by id; ids that are no segment are left out. tfjs's own takes them modulo the segments. */
const unsortedSegmentSum = defineKernel<UnsortedSegmentSumInputs, UnsortedSegmentSumAttrs>(
  UnsortedSegmentSum,
  ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
    const dtype = x.dtype === "float32" ? "float32" : "int32";
    const row = x.shape.slice(1);
    const shape = [numSegments, ...row];
    const output = runProgram(backend, {
      name: "zeros",
      inputs: {},
      shape,
      dtype,
      code: "result[index] = 0;",
    });
    if (sizeOf(x) === 0 || sizeOf(output) === 0) return output;
    // There is no atomic addition of floats: try until no other thread was in between.
    const addition =
      dtype === "int32"
        ? "atomicAdd(&result[at], i32(x[index]));"
        : `var old = atomicLoad(&result[at]);
           loop {
             let sum = bitcast<i32>(bitcast<f32>(old) + f32(x[index]));
             let swap = atomicCompareExchangeWeak(&result[at], old, sum);
             if (swap.exchanged) { break; }
             old = swap.old_value;
           }`;
    runProgram(backend, {
      name: UnsortedSegmentSum,
      inputs: { x, ids: segmentIds },
      ints: { row: util.sizeFromShape(row), segments: numSegments },
      shape,
      dtype,
      threads: sizeOf(x),
      output,
      atomic: true,
      code: `
        let id = i32(ids[index / uniforms.row]);
        if (id >= 0 && id < uniforms.segments) {
          let at = id * uniforms.row + index % uniforms.row;
          ${addition}
        }`,
    });
    return output;
  },
);

const fill = defineKernel<object, FillAttrs>(Fill, ({ attrs, backend }) => {
  const { shape, value, dtype } = attrs;
  if (typeof value !== "number" || dtype !== "int32") return runStock(Fill, {}, attrs, backend);
  return runProgram(backend, {
    name: Fill,
    inputs: {},
    ints: { value },
    shape,
    dtype,
    code: "result[index] = uniforms.value;",
  });
});

/** Values picked and put by index, and one value everywhere. */
export const gatherKernels: readonly KernelConfig[] = [fill, gather, unsortedSegmentSum];
