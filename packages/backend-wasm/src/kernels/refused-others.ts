// For tests: calls of the other kernels of tfjs's names that are refused; see refused-calls.ts.
import {
  bools,
  type Change,
  floats,
  ints,
  type Refusals,
  refusals,
  wrongTypes,
} from "./refused-calls.ts";

const x = floats(2, 3);
const words = ["a", "b", "c", "d", "e", "f"];
const strings = (name = "x"): Change => ["strings", { [name]: words }];

const [left, right] = [floats(2, 2, 3), floats(2, 3, 4)];
const products: readonly Change[] = [
  ["a left side of one axis", { a: floats(3) }],
  ["a right side of one axis", { b: floats(3) }],
  ["inner sizes that differ", { a: floats(2, 2, 4) }],
  ["inner sizes that differ transposed", {}, { transposeB: true }],
  ["batches that do not broadcast", { a: floats(3, 2, 3) }],
  ...wrongTypes({ a: left, b: right }),
];
const matMul: readonly Refusals[] = [
  refusals("BatchMatMul", { a: left, b: right }, {}, products),
  refusals("_FusedMatMul", { a: left, b: right, bias: floats(4) }, {}, [
    ...products,
    ["a bias of another size", { bias: floats(3) }],
    ["a bias of more axes than the product", { bias: floats(5, 2, 2, 4) }],
    ["a bias of int32", { bias: ints([1, 2, 3, 4]) }],
    ["an activation that there is none of", {}, { activation: "swish" }],
    ["no slopes for a PReLU", {}, { activation: "prelu" }, "by tfjs"],
  ]),
];

const axes: readonly Change[] = [
  ["an axis past the last", {}, { axis: [2], reductionIndices: [2] }, "by tfjs"],
  ["an axis before the first", {}, { axis: [-3], reductionIndices: [-3] }, "by tfjs"],
  ["an axis between integers", {}, { axis: [0.5], reductionIndices: [0.5] }, "by tfjs"],
];
const all = { axis: [0], reductionIndices: [0], keepDims: false };
const reductions: readonly Refusals[] = [
  ...["Sum", "Mean", "Prod", "Max", "Min"].map((name) =>
    refusals(name, { x }, all, [...axes, strings()]),
  ),
  ...["All", "Any"].map((name) => refusals(name, { x: bools(2, 3) }, all, axes)),
];

const ids = ints([0, 1]);
const segments: readonly Change[] = [
  ["too few ids", { segmentIds: ints([0]) }],
  ["ids of two axes", { segmentIds: ints([0, 1], [2, 1]) }],
  ...[-1, 1.5, Number.NaN].map(
    (count): Change => [`${count} segments`, {}, { numSegments: count }],
  ),
  ["no rows", { x: floats(), segmentIds: ints([]) }],
  ["strings", { x: ["a", "b"] }],
  ...wrongTypes({ segmentIds: ids }),
];
const places = (indices: number[]): Change => {
  return [`the places ${indices.join(" and ")}`, { indices: ints(indices) }];
};
const oneHot = { depth: 3, onValue: 1, offValue: 0, dtype: "float32" };
const moves: readonly Refusals[] = [
  refusals("UnsortedSegmentSum", { x, segmentIds: ids }, { numSegments: 2 }, segments),
  refusals("GatherV2", { x, indices: ids }, { axis: 0, batchDims: 0 }, [
    ...[places([0, 2]), places([-1, 0])],
    ["an axis past the last", {}, { axis: 2 }, "by tfjs"],
    ["too many batches", {}, { batchDims: 2 }, "by tfjs"],
    strings(),
    ...wrongTypes({ indices: ids }),
  ]),
  refusals("OneHot", { indices: ids }, oneHot, [
    ...[-1, 1.5, Number.NaN].map((depth): Change => [`a depth of ${depth}`, {}, { depth }]),
    ["a result of strings", {}, { dtype: "string" }],
    strings("indices"),
    ...wrongTypes({ indices: ids }),
  ]),
  refusals("Transpose", { x }, { perm: [1, 0] }, [
    ...[[0, 0], [1, 1], [0], [1], [0, 2, 1], [0, 2], [-1, 0], [Number.NaN, 0]].map(
      (perm): Change => [`the order ${perm.join(", ")}`, {}, { perm }],
    ),
    strings(),
  ]),
  refusals("Reverse", { x }, { dims: [0] }, [
    ["an axis past the last", {}, { dims: [2] }, "by tfjs"],
    ["an axis past the last of bools", { x: bools(2, 3) }, { dims: [2] }, "by tfjs"],
    strings(),
  ]),
  refusals(
    "StridedSlice",
    { x },
    {
      ...{ begin: [0, 0], end: [2, 3], strides: [1, 2], beginMask: 0, endMask: 0 },
      ...{ ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 },
    },
    [
      ["a step of 0", {}, { strides: [1, 0] }, "by tfjs"],
      [
        "more axes than there are",
        {},
        { begin: [0, 0, 0], end: [1, 1, 1], strides: [1, 1, 1] },
        "by tfjs",
      ],
    ],
  ),
  refusals("Cast", { x }, { dtype: "int32" }, [strings(), ["to strings", {}, { dtype: "string" }]]),
];

const elementwise: readonly Refusals[] = [
  ...["Exp", "Rsqrt", "Sqrt", "Tanh"].map((name) => refusals(name, { x }, {}, [strings()])),
  ...["ClipByValue", "Relu6", "Sign"].map((name) =>
    refusals(name, { x }, { clipValueMin: 0, clipValueMax: 1 }, [strings()]),
  ),
  ...["Add", "Sub", "Multiply", "RealDiv", "Maximum", "Minimum"].map((name) =>
    refusals(name, { a: x, b: x }, {}, [
      ["shapes that do not broadcast", { b: floats(2, 2) }, {}, "by tfjs"],
      ["strings", { a: words, b: words }],
    ]),
  ),
  refusals("Einsum", { 0: x, 1: floats(3, 4) }, { equation: "ij,jk->ik" }, [
    ["sizes that differ", { 1: floats(4, 3) }, {}, "by tfjs"],
    ["too few terms", {}, { equation: "ij,jk,kl->il" }, "by tfjs"],
  ]),
];

export const refusedOthers: readonly Refusals[] = [
  ...[...matMul, ...reductions, ...moves, ...elementwise],
];
