import {
  cast,
  denseBincount,
  gather,
  gatherND,
  oneHot,
  scatterND,
  type Tensor1D,
  tensorScatterUpdate,
  unsortedSegmentSum,
} from "@tensorflow/tfjs-core";
import { given, type KernelCase, normal, opCase, whole } from "./backend-contract-case.ts";

/** Values picked and put by index. */
export const GATHER_CASES: readonly KernelCase[] = [
  ...[0, 1, -1].map((axis) =>
    opCase(
      `gather along ${axis}`,
      [normal([3, 4, 5]), given([2, 0, 0, 1], [2, 2], "int32")],
      (x, i) => gather(x, i, axis),
    ),
  ),
  opCase(
    "gather of int32 and bool",
    [whole([4, 2], -5, 5, "int32"), whole([4], 0, 2, "bool"), given([3, 0, 3], [3], "int32")],
    (a, b, i) => [gather(a, i), gather(b, i)],
  ),
  opCase("gather of nothing", [normal([3, 4]), given([], [0], "int32")], (x, i) => gather(x, i)),
  opCase(
    "gather with a batch axis",
    [normal([2, 3, 4, 2]), given([2, 0, 1, 1, 0, 2], [2, 3], "int32")],
    (x, i) => gather(x, i, 1, 1),
  ),
  opCase(
    "gather with a batch axis, further on",
    [normal([2, 3, 4, 2]), given([3, 0, 1, 1], [2, 2], "int32")],
    (x, i) => gather(x, i, 2, 1),
  ),
  opCase(
    "gather with two batch axes",
    [normal([2, 3, 5]), whole([2, 3, 4], 0, 5, "int32")],
    (x, i) => gather(x, i, 2, 2),
  ),
  opCase("unsortedSegmentSum", [normal([6, 2]), given([0, 2, 0, 3, 2, 2], [6], "int32")], (x, i) =>
    unsortedSegmentSum(x, i as Tensor1D, 5),
  ),
  opCase(
    "unsortedSegmentSum of int32",
    [whole([6], -9, 9, "int32"), given([0, 2, 0, 3, 2, 2], [6], "int32")],
    // tfjs's cpu backend makes float32 of it.
    (x, i) => cast(unsortedSegmentSum(x, i as Tensor1D, 4), "float32"),
  ),
  opCase(
    "unsortedSegmentSum drops ids outside",
    [given([1, 2, 3, 4]), given([-1, 0, 5, 0], [4], "int32")],
    (x, i) => unsortedSegmentSum(x, i as Tensor1D, 2),
    { expected: [[6, 0]] },
  ),
  opCase(
    "unsortedSegmentSum of nothing",
    [normal([0, 2]), given([], [0], "int32")],
    (x, i) => unsortedSegmentSum(x, i as Tensor1D, 2),
    { expected: [[0, 0, 0, 0]] },
  ),
  opCase("gatherND", [normal([3, 4, 2]), given([0, 1, 2, 3, 1, 1], [3, 2], "int32")], (x, i) =>
    gatherND(x, i),
  ),
  opCase("scatterND", [given([4, 1, 3, 1], [4, 1], "int32"), normal([4, 2])], (i, x) =>
    scatterND(i, x, [6, 2]),
  ),
  opCase(
    "tensorScatterUpdate",
    [normal([5]), given([1, 3], [2, 1], "int32"), normal([2], 2)],
    (x, i, u) => tensorScatterUpdate(x, i, u),
  ),
  opCase("oneHot", [given([0, 2, 3, 1], [4], "int32")], (i) => oneHot(i, 4)),
  opCase("oneHot out of range is empty", [given([-1, 4, 1], [3], "int32")], (i) => oneHot(i, 4)),
  opCase("oneHot of on and off values", [given([0, 2], [2], "int32")], (i) =>
    oneHot(i, 3, 0.9, 0.05, "float32"),
  ),
  opCase("oneHot as bool", [given([0, -1, 2], [3], "int32")], (i) => oneHot(i, 3, 1, 0, "bool")),
  opCase("oneHot of nothing", [given([], [0], "int32")], (i) => oneHot(i, 3, 1, 0, "float32")),
  opCase("denseBincount", [given([0, 2, 2, 3], [4], "int32"), given([], [0])], (x, w) =>
    denseBincount(x as Tensor1D, w as Tensor1D, 5),
  ),
];
