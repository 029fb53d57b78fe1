import { dot, einsum, fused, logSoftmax, matMul, softmax } from "@tensorflow/tfjs-core";
import { given, type KernelCase, kernelCase, normal, opCase } from "./backend-contract-case.ts";

const [INFINITE, NOT] = [Number.POSITIVE_INFINITY, Number.NaN];

const MATRICES: readonly (readonly [readonly number[], readonly number[], boolean, boolean])[] = [
  false,
  true,
].flatMap((ta) =>
  [false, true].flatMap((tb) => [
    [ta ? [5, 3] : [3, 5], tb ? [4, 5] : [5, 4], ta, tb] as const,
    [ta ? [2, 5, 3] : [2, 3, 5], tb ? [2, 4, 5] : [2, 5, 4], ta, tb] as const,
    [ta ? [1, 5, 3] : [1, 3, 5], tb ? [2, 4, 5] : [2, 5, 4], ta, tb] as const,
    [ta ? [2, 3, 5, 1] : [2, 3, 1, 5], tb ? [1, 3, 4, 5] : [1, 3, 5, 4], ta, tb] as const,
    [ta ? [1, 1] : [1, 1], [1, 1], ta, tb] as const,
  ]),
);
const EQUATIONS: readonly (readonly [string, readonly (readonly number[])[]])[] = [
  [
    "ij,jk->ik",
    [
      [2, 3],
      [3, 4],
    ],
  ],
  [
    "bij,bjk->bik",
    [
      [2, 3, 4],
      [2, 4, 5],
    ],
  ],
  ["ij->ji", [[2, 3]]],
  ["ij->", [[2, 3]]],
  ["ij->i", [[2, 3]]],
  ["i,j->ij", [[2], [3]]],
  [
    "bhid,bhjd->bhij",
    [
      [1, 2, 3, 4],
      [1, 2, 5, 4],
    ],
  ],
  [
    "ij,ij->ij",
    [
      [2, 3],
      [2, 3],
    ],
  ],
];

/** Matrix products, sums by Einstein's notation, softmax and batch normalization. */
export const PRODUCT_CASES: readonly KernelCase[] = [
  ...MATRICES.map(([a, b, ta, tb]) =>
    opCase(
      `matMul of [${a}]${ta ? "ᵀ" : ""} and [${b}]${tb ? "ᵀ" : ""}`,
      [normal(a), normal(b, 2)],
      (x, y) => matMul(x, y, ta, tb),
    ),
  ),
  ...[
    [0, 5, 4],
    [3, 0, 4],
    [3, 5, 0],
  ].map(([m, k, n]) =>
    opCase(
      `matMul of [${m}, ${k}] and [${k}, ${n}]`,
      [normal([m as number, k as number]), normal([k as number, n as number])],
      (x, y) => matMul(x, y),
    ),
  ),
  ...[false, true].map((transposed) =>
    opCase(
      "fused.matMul with bias and relu",
      [normal([3, 5]), normal(transposed ? [4, 5] : [5, 4], 2), normal([4], 3)],
      (a, b, bias) => fused.matMul({ a, b, transposeB: transposed, bias, activation: "relu" }),
    ),
  ),
  opCase("dot", [normal([5]), normal([5], 2)], (a, b) => dot(a, b)),
  ...EQUATIONS.map(([equation, shapes]) =>
    opCase(
      `einsum ${equation}`,
      shapes.map((shape, i) => normal(shape, i)),
      (...terms) => einsum(equation, ...terms),
    ),
  ),
  ...[softmax, logSoftmax].flatMap((f) => [
    opCase(`${f.name} of [3, 5]`, [normal([3, 5])], (x) => f(x)),
    opCase(`${f.name} of one class`, [normal([3, 1])], (x) => f(x)),
    opCase(`${f.name} of huge logits`, [given([1000, -1000, 0, 88.7, 88.8, 89], [2, 3])], (x) =>
      f(x),
    ),
    opCase(`${f.name} of NaN`, [given([1, NOT, 2, 1, 2, 3], [2, 3])], (x) => f(x)),
    opCase(`${f.name} of a masked class`, [given([1, -INFINITE, 2, 1, 2, 3], [2, 3])], (x) => f(x)),
  ]),
  kernelCase(
    "FusedBatchNorm",
    "[2, 3, 4, 5]",
    {
      x: normal([2, 3, 4, 5]),
      mean: normal([5], 2),
      variance: given([0.5, 1, 2, 0.1, 3]),
      offset: normal([5], 3),
      scale: normal([5], 4),
    },
    { varianceEpsilon: 1e-5 },
  ),
];
