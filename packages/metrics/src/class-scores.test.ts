import { ArgumentError } from "@kindling/core";
import { describeMetric, describeOnBackends, expectClose, expectTensors } from "@kindling/testing";
import { type Tensor1D, tensor1d, tensor2d, tidy } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { F1, f1 } from "./f1.ts";
import { Precision, precision } from "./precision.ts";
import type { ClassOutput } from "./predictions.ts";
import { Recall, recall } from "./recall.ts";

const indices = (...values: number[]): Tensor1D => tensor1d(values, "int32");
const PREDICTED = [0, 1, 1, 2, 2, 2];
const LABELS = [0, 0, 1, 2, 1, 2];

const cases = {
  batches: () => [
    [indices(...PREDICTED.slice(0, 2)), indices(...LABELS.slice(0, 2))] as const,
    [indices(), indices()] as const,
    [indices(...PREDICTED.slice(2)), indices(...LABELS.slice(2))] as const,
  ],
  whole: () => [[indices(...PREDICTED), indices(...LABELS)] as const],
  rejects: () => [[tensor2d([[1, 2]]), indices(0), /expected input of shape \[n, 4\]/] as const],
};
describeMetric<ClassOutput, Tensor1D, number>("Precision", {
  ...cases,
  make: () => new Precision(4),
  value: (1 + 1 / 2 + 2 / 3) / 3,
});
describeMetric<ClassOutput, Tensor1D, number>("Recall, weighted", {
  ...cases,
  make: () => new Recall(4, { average: "weighted" }),
  value: 4 / 6,
});
describeMetric<ClassOutput, Tensor1D, number>("F1", {
  ...cases,
  make: () => new F1(4),
  value: (2 / 3 + 2 / 4 + 4 / 5) / 3,
});

describeOnBackends("precision, recall and f1", () => {
  it("are 0 where a class was never predicted or has no rows", async () => {
    await expectTensors(() => {
      const options = { classes: 3, average: "none" } as const;
      const [p, r, f] = tidy(() =>
        [precision, recall, f1].map((score) => score(indices(1, 1), indices(0, 1), options)),
      );
      expectClose(p ?? [], [0, 0.5, 0]);
      expectClose(r ?? [], [0, 1, 0]);
      expectClose(f ?? [], [0, 2 / 3, 0]);
      for (const tensor of [p, r, f]) tensor?.dispose();
    });
  });

  it("are 0 for no rows", () => {
    for (const average of ["macro", "micro", "weighted"] as const) {
      const received = tidy(() => f1(indices(), indices(), { classes: 2, average }));
      expectClose(received, [0]);
      received.dispose();
    }
  });
});

describe("precision, recall and f1", () => {
  it("need the number of classes with predictions, and a known average", () => {
    tidy(() => {
      expect(() => precision(indices(0), indices(0))).toThrow(
        "precision: expected the number of classes with predictions [1], got none",
      );
      const average = "harmonic" as "macro";
      expect(() => recall(indices(0), indices(0), { classes: 1, average })).toThrow(
        "recall: expected average to be one of macro, micro, weighted, none, got harmonic",
      );
      expect(() => new F1(2, { average: "none" as "macro" })).toThrow(ArgumentError);
      expect(() => new F1(0)).toThrow("f1: expected a positive number of classes, got 0");
    });
  });

  it("merge with the same score, average and classes only", () => {
    expect(() => new F1(2).merge(new F1(2, { average: "micro" }))).toThrow(
      "f1: expected a metric of macro f1 of 2 classes, got micro f1 of 2 classes",
    );
    expect(() => new F1(2).merge(new Recall(2))).toThrow(/got macro recall of 2 classes/);
  });
});
