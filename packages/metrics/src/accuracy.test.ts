import { describeMetric, describeOnBackends, expectTensors, values } from "@kindling/testing";
import {
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
  zeros,
} from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { Accuracy, accuracy } from "./accuracy.ts";
import type { ClassOutput } from "./predictions.ts";

const labelsOf = (...labels: number[]): Tensor1D => tensor1d(labels, "int32");
const SCORES = [
  [0.1, 0.7, 0.2],
  [3, -1, 2],
  [-3, -2, -1],
  [0, 0, 0],
];

describeMetric<ClassOutput, Tensor1D, number>("Accuracy", {
  make: () => new Accuracy(),
  batches: () => [
    [tensor2d(SCORES.slice(0, 2)), labelsOf(1, 2)],
    [tensor2d([], [0, 3]), labelsOf()],
    [tensor2d(SCORES.slice(2, 3)), labelsOf(2)],
    [labelsOf(0), labelsOf(0)],
  ],
  whole: () => [[tensor2d(SCORES), labelsOf(1, 2, 2, 0)]],
  value: 0.75,
  rejects: () => [
    [tensor2d(SCORES), labelsOf(1), /Accuracy: expected input of shape \[1, classes\] or \[1\]/],
    [
      tensor2d(SCORES),
      tensor1d([1, 2, 3, 4]),
      /expected int32 class indices as labels, got float32/,
    ],
    [tensor1d([1]), labelsOf(1), /expected scores \[n, classes\] or int32 class indices \[n\]/],
    [
      tensor2d(SCORES),
      tensor2d([[0, 1]], [1, 2], "int32") as unknown as Tensor1D,
      /expected input of shape \[n\] \(labels\), got \[1, 2\]/,
    ],
    [zeros([1, 2, 2]) as unknown as Tensor2D, labelsOf(1), /got \[1, 2, 2\]/],
  ],
});

describeOnBackends("accuracy", () => {
  it("counts the first of equal scores as the highest", () => {
    const received = tidy(() => values(accuracy(tensor2d([[1, 1]]), labelsOf(0))));
    expect(received).toEqual([1]);
  });

  it("is NaN for no rows", async () => {
    await expectTensors(() => {
      const received = tidy(() => accuracy(tensor2d([], [0, 3]), labelsOf()));
      expect(values(received)).toEqual([Number.NaN]);
      received.dispose();
    });
  });

  it("is never right for a label that is no class", () => {
    const received = tidy(() => values(accuracy(tensor2d(SCORES), labelsOf(-1, 3, 99, 0))));
    expect(received).toEqual([0.25]);
  });
});
