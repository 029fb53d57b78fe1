import { describeOnBackends, expectGradients } from "@kindling/testing";
import {
  dot,
  fused,
  matMul,
  outerProduct,
  type Tensor,
  type Tensor1D,
} from "@tensorflow/tfjs-core";
import { test } from "vitest";
import { describeGradients, type GradientCase, spread } from "./describe-gradients.ts";
import { matrixGradients } from "./matrix.ts";

/** Title, batch of a, batch of b. */
const BATCHES: readonly [string, number[], number[]][] = [
  ["one matrix each", [], []],
  ["equal batches", [2], [2]],
  ["§1c matMul, b one matrix for all", [2], [1]],
  ["§1c matMul, a one matrix for all", [1], [3]],
  ["§1c matMul, two batch axes", [2, 2], [1, 1]],
];

const FLAGS = [false, true];

describeGradients("matrix", matrixGradients, [
  ...BATCHES.flatMap(([title, batchA, batchB]) =>
    FLAGS.flatMap((transposeA) =>
      FLAGS.map(
        (transposeB): GradientCase => ({
          kernel: "BatchMatMul",
          title: `${title}${transposeA ? ", a transposed" : ""}${transposeB ? ", b transposed" : ""}`,
          f: (a, b) => matMul(a as Tensor, b as Tensor, transposeA, transposeB),
          inputs: [
            [...batchA, ...(transposeA ? [4, 3] : [3, 4])],
            [...batchB, ...(transposeB ? [2, 4] : [4, 2])],
          ],
        }),
      ),
    ),
  ),
  {
    kernel: "BatchMatMul",
    title: "ranks differ",
    f: (a, b) => matMul(a as Tensor, b as Tensor),
    inputs: [
      [2, 3, 2],
      [2, 2],
    ],
  },
  {
    kernel: "BatchMatMul",
    title: "dot",
    f: (a, b) => dot(a as Tensor, b as Tensor),
    inputs: [[4], [4, 2]],
  },
  {
    kernel: "BatchMatMul",
    title: "outerProduct",
    f: (a, b) => outerProduct(a as Tensor1D, b as Tensor1D),
    inputs: [[3], [2]],
  },
]);

describeOnBackends("fused matMul", () => {
  test("differentiates, with its bias and activation", () => {
    const inputs = [[2, 3], [3, 4], [4]].map(spread);
    expectGradients((a, b, bias) => {
      return fused.matMul({
        a: a as Tensor,
        b: b as Tensor,
        bias: bias as Tensor,
        activation: "relu",
      });
    }, inputs);
  });
});
