import {
  add,
  all,
  any,
  argMax,
  argMin,
  bitwiseAnd,
  cast,
  ceil,
  equal,
  floor,
  greater,
  greaterEqual,
  isFinite as isFiniteValue,
  isInf,
  isNaN as isNan,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  mul,
  multinomial,
  notEqual,
  oneHot,
  onesLike,
  round,
  sign,
  step,
  type Tensor,
  type Tensor2D,
  where,
  zerosLike,
} from "@tensorflow/tfjs-core";
import { describeGradients, type GradientCase } from "./describe-gradients.ts";
import { zeroGradients } from "./zeros.ts";

const float = (x: Tensor): Tensor => cast(x, "float32");
const positive = (x: Tensor): Tensor => greater(x, 0);

const COMPARISONS: readonly [string, (a: Tensor, b: Tensor) => Tensor][] = [
  ["Equal", equal],
  ["Greater", greater],
  ["GreaterEqual", greaterEqual],
  ["Less", less],
  ["LessEqual", lessEqual],
  ["NotEqual", notEqual],
];

const LOGICALS: readonly [string, (a: Tensor, b: Tensor) => Tensor][] = [
  ["LogicalAnd", logicalAnd],
  ["LogicalOr", logicalOr],
  // An op of the three others on every backend.
  ["LogicalNot", logicalXor],
];

const ROUNDINGS: readonly [string, (x: Tensor) => Tensor][] = [
  ["Ceil", ceil],
  ["Floor", floor],
  ["IsFinite", isFiniteValue],
  ["IsInf", isInf],
  ["IsNan", isNan],
  ["OnesLike", onesLike],
  ["Round", round],
  ["Sign", sign],
  ["Step", step],
  ["ZerosLike", zerosLike],
  ["ArgMax", (x) => argMax(x, 1)],
  ["ArgMin", (x) => argMin(x, 0)],
  ["All", (x) => all(positive(x), 1)],
  ["Any", (x) => any(positive(x), 1)],
  ["LogicalNot", (x) => logicalNot(positive(x))],
];

describeGradients("zero", zeroGradients, [
  ...COMPARISONS.flatMap(([kernel, f]): GradientCase[] => [
    {
      kernel,
      title: `§1b ${kernel} as a mask`,
      f: (a, b) => mul(a as Tensor, float(f(a as Tensor, b as Tensor))),
      inputs: [[2, 3], [3]],
    },
    {
      kernel,
      title: `§1b ${kernel} in where`,
      f: (a, b) => where(f(a as Tensor, b as Tensor), a as Tensor, mul(a as Tensor, b as Tensor)),
      inputs: [[2, 3], []],
    },
  ]),
  ...LOGICALS.map(
    ([kernel, f]): GradientCase => ({
      kernel,
      title: `§1b ${kernel}`,
      f: (a, b) => mul(a as Tensor, float(f(positive(a as Tensor), positive(b as Tensor)))),
      inputs: [[2, 3], [1]],
    }),
  ),
  ...ROUNDINGS.map(
    ([kernel, f]): GradientCase => ({
      kernel,
      f: (x) => float(f(x as Tensor)),
      inputs: [[2, 3]],
    }),
  ),
  ...ROUNDINGS.slice(0, 10).map(
    ([kernel, f]): GradientCase => ({
      kernel,
      title: "beside a gradient",
      f: (x) => add(x as Tensor, float(f(x as Tensor))),
      inputs: [[3, 2]],
    }),
  ),
  {
    kernel: "BitwiseAnd",
    f: (a, b) => float(bitwiseAnd(cast(a as Tensor, "int32"), cast(b as Tensor, "int32"))),
    inputs: [
      { shape: [3], from: 1.1, to: 1.9 },
      { shape: [3], from: 3.1, to: 3.9 },
    ],
  },
  { kernel: "OneHot", f: (x) => oneHot(argMax(x as Tensor, 1), 4), inputs: [[3, 4]] },
  {
    kernel: "Multinomial",
    title: "§1b Multinomial",
    f: (x) => mul(float(multinomial(x as Tensor2D, 4, 1)), 0),
    inputs: [[2, 3]],
  },
]);
