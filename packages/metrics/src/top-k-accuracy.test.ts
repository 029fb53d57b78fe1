import { ArgumentError } from "@kindling/core";
import { describeMetric, describeOnBackends, values } from "@kindling/testing";
import { type Tensor1D, type Tensor2D, tensor1d, tensor2d, tidy } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { TopKAccuracy, topKAccuracy } from "./top-k-accuracy.ts";

const labelsOf = (...labels: number[]): Tensor1D => tensor1d(labels, "int32");
const SCORES = [
  [0.1, 0.7, 0.2],
  [3, -1, 2],
  [-3, -2, -1],
];

describeMetric<Tensor2D, Tensor1D, number>("TopKAccuracy", {
  make: () => new TopKAccuracy(2),
  batches: () => [
    [tensor2d(SCORES.slice(0, 2)), labelsOf(0, 2)],
    [tensor2d([], [0, 3]), labelsOf()],
    [tensor2d(SCORES.slice(2)), labelsOf(1)],
  ],
  whole: () => [[tensor2d(SCORES), labelsOf(0, 2, 1)]],
  value: 2 / 3,
  rejects: () => [
    [
      tensor2d([[1]]),
      labelsOf(0),
      /expected k to be a whole number from 1 to 1, the classes, got 2/,
    ],
    [labelsOf(1) as unknown as Tensor2D, labelsOf(1), /expected input of shape \[n, classes\]/],
  ],
});

describeOnBackends("topKAccuracy", () => {
  it("counts the first of equal scores as the highest", () => {
    const of = (label: number): number[] =>
      tidy(() => values(topKAccuracy(tensor2d([[2, 5, 5, 5]]), labelsOf(label), 2)));
    expect([of(0), of(1), of(2), of(3)].flat()).toEqual([0, 1, 1, 0]);
  });

  it.each([0, 4, 1.5, Number.NaN])("rejects k = %s", (k) => {
    tidy(() => {
      expect(() => topKAccuracy(tensor2d(SCORES), labelsOf(0, 1, 2), k)).toThrow(
        `topKAccuracy: expected k to be a whole number from 1 to 3, the classes, got ${k}`,
      );
    });
  });

  it("is NaN for no rows", () => {
    expect(tidy(() => values(topKAccuracy(tensor2d([], [0, 3]), labelsOf(), 2)))).toEqual([NaN]);
  });
});

describe("TopKAccuracy", () => {
  it("is named by its k, and merges with the same only", () => {
    expect(new TopKAccuracy(5).name).toBe("top5Accuracy");
    expect(() => new TopKAccuracy(5).merge(new TopKAccuracy(2))).toThrow(
      "TopKAccuracy: expected a metric of k 5, got 2",
    );
    expect(() => new TopKAccuracy(0)).toThrow(ArgumentError);
  });
});
