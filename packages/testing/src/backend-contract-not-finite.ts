import {
  avgPool,
  conv2d,
  depthwiseConv2d,
  fused,
  matMul,
  maxPool,
  mean,
  relu,
  type Tensor,
  type Tensor4D,
} from "@tensorflow/tfjs-core";
import { given, type KernelCase, opCase } from "./backend-contract-case.ts";

const NOT = Number.NaN;
const INFINITE = Number.POSITIVE_INFINITY;

// One NaN in the first of two images, an infinity in the second.
const IMAGES = given(
  [1, 2, NOT, 3, -1, 1, 2, 0, 2, 1, 0, 1, 1, -INFINITE, 2, 3, 1, 2],
  [2, 3, 3, 1],
);
const FILTER = given([1, -1, 2, 0.5], [2, 2, 1, 1]);
const HIDDEN = given([NOT, 1, -2, INFINITE, 1, 2], [3, 2]);
const MATRIX = given([1, -1, 0.5, 2], [2, 2]);

const run = (f: (x: Tensor4D, w: Tensor4D) => Tensor) => (x: Tensor, w: Tensor) =>
  f(x as Tensor4D, w as Tensor4D);

/** A NaN or an infinity that goes in comes out: a run that has failed must not look as if it had not. */
export const NOT_FINITE_CASES: readonly KernelCase[] = [
  opCase(
    "conv2d of NaN and infinity",
    [IMAGES, FILTER],
    run((x, w) => conv2d(x, w, 1, "same")),
  ),
  opCase(
    "depthwiseConv2d of NaN and infinity",
    [IMAGES, FILTER],
    run((x, w) => depthwiseConv2d(x, w, 1, "same")),
  ),
  ...(["linear", "relu", "relu6", "sigmoid", "elu"] as const).flatMap((activation) => [
    opCase(
      `fused.conv2d of NaN and infinity, ${activation}`,
      [IMAGES, FILTER],
      run((x, filter) => fused.conv2d({ x, filter, strides: 1, pad: "valid", activation })),
    ),
    opCase(`fused.matMul of NaN and infinity, ${activation}`, [HIDDEN, MATRIX], (a, b) =>
      fused.matMul({ a, b, activation }),
    ),
  ]),
  opCase("a NaN weight", [given([1, 2, 3, 4], [1, 2, 2, 1]), given([NOT], [1, 1, 1, 1])], (x, w) =>
    relu(conv2d(x as Tensor4D, w as Tensor4D, 1, "valid")),
  ),
  opCase("matMul of NaN and infinity", [HIDDEN, MATRIX], (a, b) => matMul(a, b)),
  opCase("avgPool of NaN and infinity", [IMAGES], (x) => avgPool(x as Tensor4D, 2, 1, "valid")),
  // tfjs's cpu backend passes a NaN over; PyTorch does not.
  opCase("maxPool of NaN", [IMAGES], (x) => maxPool(x as Tensor4D, 2, 1, "valid"), {
    expected: [[3, NOT, 3, 2, 1, 2, 3, 2]],
  }),
  opCase("mean of NaN and infinity", [IMAGES], (x) => mean(x, [1, 2])),
];
