import {
  all,
  any,
  argMax,
  argMin,
  cumprod,
  cumsum,
  logSumExp,
  max,
  mean,
  min,
  moments,
  norm,
  prod,
  sum,
  type Tensor,
  topk,
} from "@tensorflow/tfjs-core";
import { given, type KernelCase, normal, opCase, whole } from "./backend-contract-case.ts";

const REDUCTIONS: Readonly<
  Record<string, (x: Tensor, axis?: number | number[], keep?: boolean) => Tensor>
> = { sum, mean, max, min, prod };
const AXES: readonly (number | number[] | undefined)[] = [
  undefined,
  0,
  1,
  -1,
  [0, 1],
  [1, 2],
  [0, 2],
  [0, 1, 2],
];
const NOTHING: Readonly<Record<string, number>> = {
  sum: 0,
  mean: Number.NaN,
  max: Number.NEGATIVE_INFINITY,
  min: Number.POSITIVE_INFINITY,
  prod: 1,
};
const [INFINITE, NOT] = [Number.POSITIVE_INFINITY, Number.NaN];

/** Sums, means, products, extremes and scans. */
export const REDUCTION_CASES: readonly KernelCase[] = [
  ...Object.entries(REDUCTIONS).flatMap(([name, f]) => [
    ...AXES.flatMap((axis) =>
      [false, true].map((keep) =>
        opCase(
          `${name} over ${axis ?? "everything"}${keep ? ", axes kept" : ""}`,
          [normal([3, 4, 5])],
          (x) => f(x, axis, keep),
        ),
      ),
    ),
    opCase(`${name} of a scalar`, [normal([])], (x) => f(x)),
    opCase(`${name} of a row of one`, [normal([3, 1])], (x) => f(x, 1)),
    opCase(`${name} over an empty axis`, [normal([2, 0])], (x) => f(x, 1), {
      expected: [[NOTHING[name] as number, NOTHING[name] as number]],
    }),
    opCase(`${name} of nothing`, [normal([0])], (x) => f(x), {
      expected: [[NOTHING[name] as number]],
    }),
    opCase(`${name} to nothing`, [normal([0, 3])], (x) => f(x, 1)),
    opCase(`${name} of infinities`, [given([1, INFINITE, 2, -INFINITE, 1, 2], [2, 3])], (x) =>
      f(x, 1),
    ),
  ]),
  ...["sum", "mean", "prod", "max", "min"].map((name) =>
    opCase(
      `${name} of NaN`,
      [given([1, NOT, 2, 3, 4, 5], [2, 3])],
      (x) => (REDUCTIONS[name] as typeof sum)(x, 1),
      {
        expected: [
          { sum: [NOT, 12], mean: [NOT, 4], prod: [NOT, 60], max: [NOT, 5], min: [NOT, 3] }[
            name
          ] as number[],
        ],
      },
    ),
  ),
  ...(["sum", "max", "min", "prod", "mean"] as const).map((name) =>
    opCase(`${name} of int32`, [whole([3, 4], -5, 5, "int32")], (x) =>
      (REDUCTIONS[name] as typeof sum)(x, 0),
    ),
  ),
  opCase("sum of bool", [whole([3, 4], 0, 2, "bool")], (x) => sum(x, 0)),
  opCase("sum of rank 6 over 0, 2, 4", [normal([2, 1, 3, 2, 2, 3])], (x) => sum(x, [0, 2, 4])),
  opCase("sum of 100,000 tenths", [given(new Float32Array(100_000).fill(0.1))], (x) => sum(x), {
    expected: [[10_000.000149]],
  }),
  opCase("all and any", [whole([3, 4], 0, 2, "bool")], (x) => [
    all(x, 1),
    any(x, 1),
    all(x),
    any(x),
  ]),
  opCase("all and any over nothing", [given([], [2, 0], "bool")], (x) => [all(x, 1), any(x, 1)], {
    expected: [
      [1, 1],
      [0, 0],
    ],
  }),
  opCase("moments", [normal([3, 4, 5])], (x) => {
    const { mean: m, variance } = moments(x, [0, 2]);
    return [m, variance];
  }),
  opCase("norm", [normal([3, 4])], (x) => norm(x)),
  opCase("logSumExp", [normal([3, 4])], (x) => logSumExp(x, 1)),
  ...[argMax, argMin].flatMap((f) => [
    opCase(`${f.name} with ties`, [whole([4, 6], -1, 2)], (x) => f(x, 1)),
    opCase(`${f.name} over 0`, [normal([4, 3, 2])], (x) => f(x, 0)),
    opCase(`${f.name} of negative values`, [given([-3, -1, -2, -9, -8, -7], [2, 3])], (x) =>
      f(x, 1),
    ),
  ]),
  ...[1, 3].map((k) =>
    opCase(`topk of ${k}`, [normal([3, 7])], (x) => {
      const { values, indices } = topk(x, k);
      return [values, indices];
    }),
  ),
  opCase(
    "topk with ties takes the first",
    [given([1, 3, 3, 2, 3])],
    (x) => {
      const { values, indices } = topk(x, 3);
      return [values, indices];
    },
    {
      expected: [
        [3, 3, 3],
        [1, 2, 4],
      ],
    },
  ),
  ...[cumsum, cumprod].flatMap((f) =>
    [0, 1, 2].flatMap((axis) =>
      [false, true].flatMap((exclusive) =>
        [false, true].map((reverse) =>
          opCase(
            `${f.name} over ${axis}, exclusive ${exclusive}, reverse ${reverse}`,
            [normal([2, 3, 4])],
            (x) => f(x, axis, exclusive, reverse),
          ),
        ),
      ),
    ),
  ),
];
