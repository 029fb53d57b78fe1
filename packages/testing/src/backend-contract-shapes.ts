import {
  broadcastTo,
  concat,
  diag,
  expandDims,
  fill,
  gather,
  gatherND,
  linspace,
  mirrorPad,
  onesLike,
  pad,
  range,
  reshape,
  reverse,
  slice,
  split,
  squeeze,
  stack,
  stridedSlice,
  type Tensor,
  tensor1d,
  tensor2d,
  tile,
  transpose,
  unstack,
  zerosLike,
} from "@tensorflow/tfjs-core";
import { type KernelCase, normal, opCase, whole } from "./backend-contract-case.ts";

const PERMUTATIONS: readonly (readonly number[])[] = [
  [1, 0],
  [0, 2, 1],
  [2, 1, 0],
  [2, 0, 1],
  [0, 3, 1, 2],
  [3, 1, 2, 0],
  [1, 2, 0, 3],
  [4, 0, 3, 1, 2],
  [5, 3, 1, 0, 4, 2],
  [0, 1, 2, 3, 5, 4],
];

// Moving values about must not depend on how many bytes they have.
const MOVES: Readonly<Record<string, (x: Tensor) => Tensor | Tensor[]>> = {
  broadcastTo: (x) => broadcastTo(x, [2, 3, 4]),
  concat: (x) => concat([x, x], 1),
  expandDims: (x) => expandDims(x, 1),
  gather: (x) => gather(x, tensor1d([2, 0], "int32")),
  gatherND: (x) => gatherND(x, tensor2d([2, 3, 0, 1], [2, 2], "int32")),
  mirrorPad: (x) =>
    mirrorPad(
      x,
      [
        [1, 2],
        [0, 1],
      ],
      "reflect",
    ),
  pad: (x) =>
    pad(x, [
      [1, 2],
      [0, 1],
    ]),
  reverse: (x) => reverse(x, 1),
  slice: (x) => slice(x, [1, 1], [2, 2]),
  split: (x) => split(x, 2, 1),
  stack: (x) => stack([x, x], 1),
  stridedSlice: (x) => stridedSlice(x, [0, 3], [3, 0], [2, -2]),
  tile: (x) => tile(x, [2, 2]),
  transpose: (x) => transpose(x),
  unstack: (x) => unstack(x, 1),
};

/** Slices, joins, permutations, pads and repeats, of every type. */
export const SHAPE_CASES: readonly KernelCase[] = [
  ...PERMUTATIONS.map((order) =>
    opCase(`transpose by ${order}`, [normal([2, 3, 4, 1, 2, 3].slice(0, order.length))], (x) =>
      transpose(x, [...order]),
    ),
  ),
  opCase(
    "transpose of int32 and nothing",
    [whole([3, 2], -5, 5, "int32"), normal([0, 3])],
    (a, b) => [transpose(a), transpose(b)],
  ),
  ...[
    [[1], [3]],
    [
      [0, 1, 2],
      [2, 2, 2],
    ],
    [
      [1, 0, 3],
      [-1, -1, -1],
    ],
    [
      [0, 0, 0],
      [0, 2, 3],
    ],
  ].map(([begin, size]) =>
    opCase(
      `slice from ${begin}, ${size}`,
      [normal((begin as number[]).length === 1 ? [5] : [3, 4, 5])],
      (x) => slice(x, begin as number[], size as number[]),
    ),
  ),
  opCase("slice of rank 5", [normal([2, 3, 2, 3, 2])], (x) =>
    slice(x, [1, 0, 0, 1, 0], [1, 2, 2, 2, 1]),
  ),
  opCase("stridedSlice", [normal([5, 6])], (x) => stridedSlice(x, [0, 5], [5, 0], [2, -2])),
  ...[0, 1, 2].map((axis) =>
    opCase(`concat along ${axis}`, [normal([2, 3, 4]), normal([2, 3, 4], 2)], (a, b) =>
      concat([a, b], axis),
    ),
  ),
  opCase("concat with nothing", [normal([2, 3]), normal([0, 3])], (a, b) => concat([a, b], 0)),
  opCase("concat of int32", [whole([2, 3], 0, 9, "int32"), whole([1, 3], 0, 9, "int32")], (a, b) =>
    concat([a, b], 0),
  ),
  opCase("split", [normal([4, 6])], (x) => split(x, [1, 2, 3], 1)),
  opCase("stack and unstack", [normal([2, 3]), normal([2, 3], 2)], (a, b) => [
    stack([a, b], 1),
    ...unstack(a, 1),
  ]),
  opCase(
    "pad of rank 1 to 4",
    [normal([3]), normal([2, 3]), normal([2, 3, 2]), normal([1, 2, 3, 2])],
    (a, b, c, d) => [
      pad(a, [[1, 2]]),
      pad(
        b,
        [
          [0, 1],
          [2, 0],
        ],
        7,
      ),
      pad(c, [
        [1, 0],
        [0, 0],
        [0, 2],
      ]),
      pad(
        d,
        [
          [0, 0],
          [1, 1],
          [2, 0],
          [0, 0],
        ],
        Number.NEGATIVE_INFINITY,
      ),
    ],
  ),
  opCase("pad of int32", [whole([2, 2], -5, 5, "int32")], (x) =>
    pad(
      x,
      [
        [1, 0],
        [0, 1],
      ],
      3,
    ),
  ),
  ...(["reflect", "symmetric"] as const).map((mode) =>
    opCase(`mirrorPad ${mode}`, [normal([3, 4, 2])], (x) =>
      mirrorPad(
        x,
        [
          [1, 2],
          [2, 1],
          [0, 0],
        ],
        mode,
      ),
    ),
  ),
  opCase("tile", [normal([2, 3])], (x) => tile(x, [2, 3])),
  opCase("tile of rank 5", [normal([1, 2, 1, 2, 1])], (x) => tile(x, [2, 1, 3, 1, 2])),
  opCase("broadcastTo", [normal([3, 1])], (x) => broadcastTo(x, [2, 3, 4])),
  opCase("reverse", [normal([2, 3, 4])], (x) => reverse(x, [0, 2])),
  opCase("reshape, squeeze, expandDims", [normal([2, 1, 6])], (x) => [
    reshape(x, [3, 4]),
    squeeze(x, [1]),
    expandDims(x, 0),
  ]),
  opCase("fill, range, linspace", [], () => [
    fill([2, 3], 4.5),
    range(0, 5, 2),
    linspace(0, 1, 4),
    fill([0, 3], 1),
  ]),
  opCase(
    "zerosLike and onesLike",
    [normal([2, 3]), whole([3], 0, 9, "int32"), whole([3], 0, 2, "bool")],
    (...x) => x.flatMap((t) => [zerosLike(t), onesLike(t)]),
  ),
  opCase("diag", [normal([3])], (x) => diag(x)),
  ...Object.entries(MOVES).flatMap(([name, f]) =>
    (["float32", "int32", "bool"] as const).map((dtype) =>
      opCase(`${name} of ${dtype}`, [whole([3, 4], 0, 2, dtype)], f),
    ),
  ),
];
