import {
  abs,
  add,
  addN,
  atan2,
  cast,
  div,
  divNoNan,
  equal,
  floorDiv,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  maximum,
  minimum,
  mod,
  mul,
  notEqual,
  pow,
  prelu,
  squaredDifference,
  sub,
  type Tensor,
  where,
} from "@tensorflow/tfjs-core";
import {
  given,
  type KernelCase,
  kernelCase,
  normal,
  opCase,
  whole,
} from "./backend-contract-case.ts";

const NEVER_A_NUMBER = Number.NaN;
const BINARY: Readonly<Record<string, (a: Tensor, b: Tensor) => Tensor>> = {
  add,
  sub,
  mul,
  div,
  divNoNan,
  pow: (a, b) => pow(abs(a), b),
  maximum,
  minimum,
  squaredDifference,
  mod,
  atan2,
  equal,
  notEqual,
  greater,
  greaterEqual,
  less,
  lessEqual,
};
const SHAPES: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[7], [7]],
  [[3, 5], [5]],
  [
    [3, 1],
    [1, 5],
  ],
  [[], [2, 3]],
  [
    [2, 3, 1, 2],
    [3, 4, 1],
  ],
  [[1], [1]],
  [[0, 3], [3]],
  [
    [2, 1, 2, 1, 2],
    [1, 3, 1, 2, 2],
  ],
];
const SPECIAL = given([
  NEVER_A_NUMBER,
  1,
  Number.POSITIVE_INFINITY,
  0,
  -0,
  Number.NEGATIVE_INFINITY,
  2,
]);
// tfjs's cpu backend makes int32 of every floorDiv, so only whole numbers compare.
const OF_WHOLE: typeof BINARY = { ...BINARY, floorDiv };
// 1 to the power of NaN is 1, except in JavaScript and so on the cpu backend: pow gets other values.
const OTHER = given([1, NEVER_A_NUMBER, 1, 0, 1, 1, 2]);
const LOGICAL: Readonly<Record<string, (a: Tensor, b: Tensor) => Tensor>> = {
  logicalAnd,
  logicalOr,
  logicalXor,
};
const TYPES = ["float32", "int32", "bool"] as const;

/** Functions of two with broadcasting, casts and choices. */
export const ELEMENTWISE_CASES: readonly KernelCase[] = [
  ...Object.entries(BINARY).flatMap(([name, f]) => [
    ...SHAPES.map(([a, b]) => opCase(`${name} of [${a}] and [${b}]`, [normal(a), normal(b, 2)], f)),
    opCase(
      `${name} of NaN and infinities`,
      [SPECIAL, name === "pow" ? given([1, 2, 1, 0, 1, 1, 2]) : OTHER],
      f,
    ),
  ]),
  ...["add", "sub", "mul", "maximum", "minimum", "floorDiv", "mod", "equal", "less"].map((name) =>
    opCase(
      `${name} of int32`,
      [whole([3, 4], -9, 9, "int32"), whole([4], 1, 5, "int32", 2)],
      OF_WHOLE[name] as (a: Tensor, b: Tensor) => Tensor,
    ),
  ),
  ...Object.entries(LOGICAL).map(([name, f]) =>
    opCase(name, [whole([3, 4], 0, 2, "bool"), whole([4], 0, 2, "bool", 2)], f),
  ),
  opCase("logicalNot", [whole([3, 4], 0, 2, "bool")], logicalNot),
  opCase("addN", [normal([2, 3]), normal([2, 3], 2), normal([2, 3], 3)], (...terms) => addN(terms)),
  opCase("prelu", [normal([2, 3, 4]), normal([4], 2)], prelu),
  kernelCase("EluGrad", "[3, 5]", { dy: normal([3, 5]), y: normal([3, 5], 2) }),
  ...TYPES.flatMap((from) =>
    TYPES.map((to) => {
      const source =
        from === "float32"
          ? given([0, -0, 1, -1, 2, 0.4, -0.4, 255.5, 256, -3.7, 1e6, NEVER_A_NUMBER])
          : from === "int32"
            ? given([0, 1, -1, 255, 256, 65536, -7], [7], "int32")
            : whole([9], 0, 2, "bool");
      return opCase(`cast from ${from} to ${to}`, [source], (x) => cast(x, to));
    }),
  ),
  opCase(
    "where with broadcasting",
    [whole([3, 4], 0, 2, "bool"), normal([3, 4]), normal([4], 2)],
    where,
  ),
  opCase(
    "where keeps NaN out",
    [given([1, 0], [2], "bool"), given([1, NEVER_A_NUMBER]), given([NEVER_A_NUMBER, 2])],
    where,
  ),
];
