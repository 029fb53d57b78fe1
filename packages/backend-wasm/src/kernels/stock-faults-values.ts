import type { Input, Wrong } from "./stock-faults.ts";

const NOT = Number.NaN;
// A block of memory given back keeps its values but for the first two words.
const LINE: readonly number[] = Array.from({ length: 16 }, (_, i) => i + 1);
const EMPTY: Input = [[], [16, 0]];

/** What tfjs's other kernels get wrong. */
export const VALUE_FAULTS: readonly Wrong[] = [
  {
    kernel: "Cast",
    what: "makes bools of the low byte",
    inputs: { x: [[0, 0.4, 256, -1], [4]] },
    attributes: { dtype: "bool" },
    expected: [[0, 1, 1, 1]],
  },
  {
    kernel: "OneHot",
    what: "writes integers' bits into float32",
    inputs: { indices: [[2, 0], [2], "int32"] },
    attributes: { depth: 3, onValue: 1, offValue: 0.5, dtype: "float32" },
    expected: [[0.5, 0.5, 1, 1, 0.5, 0.5]],
  },
  {
    kernel: "StridedSlice",
    what: "makes float32 of integers' bits",
    inputs: { x: [[1, 2, 3, 4], [4], "int32"] },
    attributes: {
      ...{ begin: [0], end: [4], strides: [2], beginMask: 0, endMask: 0 },
      ...{ ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 },
    },
    expected: [[1, 3]],
  },
  {
    kernel: "Sign",
    what: "takes small numbers for 0",
    inputs: { x: [[1e-30, -1e-30], [2]] },
    expected: [[1, -1]],
  },
  {
    kernel: "Relu6",
    what: "makes a number of NaN",
    inputs: { x: [[NOT, 7], [2]] },
    expected: [[NOT, 6]],
  },
  {
    kernel: "ClipByValue",
    what: "makes a number of NaN",
    inputs: { x: [[NOT, 7], [2]] },
    attributes: { clipValueMin: -1, clipValueMax: 1 },
    expected: [[NOT, 1]],
  },
  ...["Maximum", "Minimum"].map((kernel) => ({
    kernel,
    what: "makes a number of NaN",
    inputs: { a: [[NOT, 1], [2]] as const, b: [[1, NOT], [2]] as const },
    expected: [[NOT, NOT]],
  })),
  {
    kernel: "_FusedMatMul",
    what: "makes 0 of NaN",
    inputs: {
      a: [
        [NOT, -1],
        [1, 2, 1],
      ],
      b: [[1], [1, 1, 1]],
    },
    attributes: { transposeA: false, transposeB: false, activation: "relu" },
    expected: [[NOT, 0]],
  },
  {
    kernel: "BatchMatMul",
    what: "leaves a product over nothing unwritten",
    inputs: { a: EMPTY, b: [[], [0, 1]] },
    attributes: { transposeA: false, transposeB: false },
    expected: [LINE.map(() => 0)],
  },
  ...Object.entries({ Sum: 0, Mean: NOT, Prod: 1, Min: Number.POSITIVE_INFINITY }).map(
    ([kernel, value]) => ({
      kernel,
      what: "leaves a reduction of nothing unwritten",
      inputs: { x: EMPTY },
      attributes: { axis: [1], keepDims: false },
      expected: [LINE.map(() => value)],
    }),
  ),
  {
    kernel: "Max",
    what: "leaves a reduction of nothing unwritten",
    inputs: { x: EMPTY },
    attributes: { reductionIndices: [1], keepDims: false },
    expected: [LINE.map(() => Number.NEGATIVE_INFINITY)],
  },
  ...Object.entries({ All: 1, Any: 0 }).map(([kernel, value]) => ({
    kernel,
    what: "leaves a reduction of nothing unwritten",
    inputs: { x: [[], [16, 0], "bool"] as const },
    attributes: { axis: [1], keepDims: false },
    expected: [LINE.map(() => value)],
  })),
  {
    kernel: "Reverse",
    what: "takes bytes for words",
    inputs: { x: [[1, 0, 0], [3], "bool"] },
    attributes: { dims: [0] },
    expected: [[0, 0, 1]],
  },
  {
    kernel: "GatherV2",
    what: "mixes up batches",
    inputs: {
      x: [LINE.slice(0, 12), [3, 4]],
      indices: [[0, 1, 2, 3, 0, 1], [3, 2], "int32"],
    },
    attributes: { axis: 1, batchDims: 1 },
    expected: [[1, 2, 7, 8, 9, 10]],
  },
];
