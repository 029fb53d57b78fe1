import { describeOnBackends, expectClose } from "@kindling/testing";
import {
  argMax,
  cast,
  gather,
  gatherND,
  mul,
  type Scalar,
  scalar,
  scatterND,
  sparseToDense,
  sum,
  type Tensor,
  type Tensor1D,
  tensor,
  tensor1d,
  tensor2d,
  tensorScatterUpdate,
  topk,
  unsortedSegmentSum,
  where,
} from "@tensorflow/tfjs-core";
import { test } from "vitest";
import { valueAndGrad } from "../value-and-grad.ts";
import { describeGradients, type GradientCase } from "./describe-gradients.ts";
import { gatheringGradients } from "./gathering.ts";

const int = (values: number[], shape: number[]): Tensor => tensor(values, shape, "int32");

/** Title, shape, indices, their shape, axis, batchDims. */
const GATHERS: readonly [string, number[], number[], number[], number, number][] = [
  ["rows, one twice", [4, 3], [2, 0, 2], [3], 0, 0],
  ["middle axis", [2, 4, 3], [3, 3, 1], [3], 1, 0],
  ["last axis, negative", [2, 4], [3, 0], [2], -1, 0],
  ["indices of rank 2", [4, 2], [0, 1, 1, 3], [2, 2], 0, 0],
  ["indices of rank 2, middle axis", [2, 3, 2], [0, 2, 2, 1], [2, 2], 1, 0],
  ["one index", [4, 2], [1], [], 0, 0],
  ["§1c batchDims 1", [2, 4], [3, 0, 0, 1, 1, 2], [2, 3], 1, 1],
  ["§1c batchDims 1 with rows", [2, 3, 2], [2, 0, 1, 1], [2, 2], 1, 1],
  ["§1c batchDims 1, axis beyond", [2, 2, 3], [2, 0, 1, 1], [2, 2], 2, 1],
  ["§1c batchDims 2", [2, 2, 3], [2, 0, 1, 1, 0, 0, 2, 1], [2, 2, 2], 2, 2],
];

const SELECTS: readonly [string, number[], number[], number[]][] = [
  ["equal shapes", [2, 3], [2, 3], [2, 3]],
  ["condition broadcast", [3], [2, 3], [2, 3]],
  ["condition larger", [2, 3], [3], []],
  ["all three broadcast", [2, 1, 1], [1, 3, 1], [2]],
];

const half = (shape: number[]): Tensor => {
  const size = shape.reduce((product, n) => product * n, 1);
  return tensor(
    Array.from({ length: size }, (_, i) => i % 2),
    shape,
    "bool",
  );
};

describeGradients("gathering", gatheringGradients, [
  ...GATHERS.map(
    ([title, shape, indices, indexShape, axis, batchDims]): GradientCase => ({
      kernel: "GatherV2",
      title,
      f: (x) => gather(x as Tensor, int(indices, indexShape), axis, batchDims),
      inputs: [shape],
    }),
  ),
  {
    kernel: "GatherV2",
    title: "indices that depend on a parameter",
    f: (x, table) => gather(table as Tensor, argMax(x as Tensor, 1)),
    inputs: [
      [2, 3],
      [3, 2],
    ],
  },
  {
    kernel: "UnsortedSegmentSum",
    f: (x) => unsortedSegmentSum(x as Tensor, int([2, 0, 2, 1], [4]) as Tensor1D, 3),
    inputs: [[4, 2]],
  },
  {
    kernel: "UnsortedSegmentSum",
    title: "negative ids drop their rows",
    f: (x) => unsortedSegmentSum(x as Tensor, int([-1, 0, 0], [3]) as Tensor1D, 2),
    inputs: [[3]],
  },
  {
    kernel: "GatherNd",
    title: "§1b GatherNd of values, one twice",
    f: (x) => gatherND(x as Tensor, int([0, 1, 2, 0, 0, 1], [3, 2])),
    inputs: [[3, 2]],
  },
  {
    kernel: "GatherNd",
    title: "§1b GatherNd of rows",
    f: (x) => gatherND(x as Tensor, int([1, 1, 0], [3, 1])),
    inputs: [[2, 3]],
  },
  {
    kernel: "GatherNd",
    title: "§1b GatherNd, indices of rank 3",
    f: (x) => gatherND(x as Tensor, int([1, 0, 0, 1, 1, 1, 0, 0], [2, 2, 2])),
    inputs: [[2, 2, 2]],
  },
  {
    kernel: "ScatterNd",
    title: "§1b ScatterNd, one place twice",
    f: (u) => scatterND(int([3, 1, 3], [3, 1]), u as Tensor, [5]),
    inputs: [[3]],
  },
  {
    kernel: "ScatterNd",
    title: "§1b ScatterNd of rows",
    f: (u) => scatterND(int([2, 0], [2, 1]), u as Tensor, [4, 3]),
    inputs: [[2, 3]],
  },
  {
    kernel: "TensorScatterUpdate",
    title: "§1b TensorScatterUpdate",
    f: (t, u) => tensorScatterUpdate(t as Tensor, int([1, 0, 0, 2], [2, 2]), u as Tensor),
    inputs: [[2, 3], [2]],
  },
  {
    kernel: "TensorScatterUpdate",
    title: "§1b TensorScatterUpdate of rows",
    f: (t, u) => tensorScatterUpdate(t as Tensor, int([2, 0], [2, 1]), u as Tensor),
    inputs: [
      [4, 2],
      [2, 2],
    ],
  },
  {
    kernel: "SparseToDense",
    title: "§1b SparseToDense",
    f: (v, d) => sparseToDense(int([0, 1, 2, 2], [2, 2]), v as Tensor, [3, 3], d as Scalar),
    inputs: [[2], []],
  },
  {
    kernel: "SparseToDense",
    title: "§1b SparseToDense, indices of rank 1",
    f: (v, d) => sparseToDense(int([3, 1], [2]), v as Tensor, [4], d as Scalar),
    inputs: [[2], []],
  },
  {
    kernel: "SparseToDense",
    title: "§1b SparseToDense, one value for all",
    f: (v, d) => sparseToDense(int([3, 1], [2]), v as Tensor, [4], d as Scalar),
    inputs: [[], []],
  },
  {
    kernel: "TopK",
    title: "§1b TopK values",
    f: (x) => topk(x as Tensor, 2).values,
    inputs: [[3, 5]],
  },
  {
    kernel: "TopK",
    title: "§1b TopK values of rank 1, all",
    f: (x) => topk(x as Tensor, 4).values,
    inputs: [[4]],
  },
  {
    kernel: "TopK",
    title: "§1b TopK values of rank 3, the first",
    f: (x) => topk(x as Tensor, 1).values,
    inputs: [[2, 2, 3]],
  },
  {
    kernel: "TopK",
    title: "§1b TopK, only the indices used",
    f: (x) => mul(scalar(1), cast(topk(x as Tensor, 2).indices, "float32")),
    inputs: [[2, 3]],
  },
  ...SELECTS.map(
    ([title, condition, a, b]): GradientCase => ({
      kernel: "Select",
      title,
      f: (x, y) => where(half(condition), x as Tensor, y as Tensor),
      inputs: [a, b],
    }),
  ),
]);

describeOnBackends("gathering gradients", () => {
  test("of many rows land where they came from", () => {
    const [rows, columns, picks] = [50, 7, 300];
    const ids = Array.from({ length: picks }, (_, i) => (i * 37) % rows);
    const table = tensor2d(new Float32Array(rows * columns), [rows, columns]);
    const [gradient] = valueAndGrad(
      () => sum(gather(table, tensor1d(ids, "int32"))),
      [table],
    ).gradients;
    const expected = Array.from({ length: rows * columns }, (_, i) => {
      return ids.filter((id) => id === Math.floor(i / columns)).length;
    });
    expectClose(gradient as Tensor, expected);
  });
});
