import { ArgumentError } from "@kindling/core";
import { describeMetric, describeOnBackends, values } from "@kindling/testing";
import { type Tensor1D, tensor1d, tensor2d, tidy } from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfusionMatrix, confusionMatrix } from "./confusion-matrix.ts";
import type { ClassOutput } from "./predictions.ts";

const indices = (...values_: number[]): Tensor1D => tensor1d(values_, "int32");

describeMetric<ClassOutput, Tensor1D, number[][]>("ConfusionMatrix", {
  make: () => new ConfusionMatrix(3),
  batches: () => [
    [indices(0, 1), indices(0, 0)],
    [indices(), indices()],
    [tensor2d([[0.1, 0.2, 0.7]]), indices(1)],
    [indices(0), indices(0)],
  ],
  whole: () => [[indices(0, 1, 2, 0), indices(0, 0, 1, 0)]],
  value: [
    [2, 1, 0],
    [0, 0, 1],
    [0, 0, 0],
  ],
  rejects: () => [
    [tensor2d([[1, 2]]), indices(0), /expected input of shape \[n, 3\], got \[1, 2\]/],
    [indices(0, 1), indices(0), /got \[2\]/],
  ],
});

describeOnBackends("confusionMatrix", () => {
  it("leaves out rows whose label or prediction is no class", () => {
    const received = tidy(() =>
      values(confusionMatrix(indices(0, 1, 1, -1, 2, 1), indices(0, 2, -7, 1, 1, 1), 2)),
    );
    expect(received).toEqual([1, 0, 0, 1]);
  });

  it("counts each pair once, whatever they are", () => {
    const pair = fc.tuple(fc.nat(4), fc.nat(4));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 60 }), (pairs) => {
        const expected = new Array<number>(25).fill(0);
        for (const [label, guess] of pairs) expected[label * 5 + guess] = 0;
        for (const [label, guess] of pairs) {
          expected[label * 5 + guess] = (expected[label * 5 + guess] as number) + 1;
        }
        const received = tidy(() =>
          values(
            confusionMatrix(
              indices(...pairs.map(([, guess]) => guess)),
              indices(...pairs.map(([label]) => label)),
              5,
            ),
          ),
        );
        expect(received).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it("is int32 and counts large batches exactly", () => {
    const rows = 100_003;
    tidy(() => {
      const labels = tensor1d(new Int32Array(rows), "int32");
      const received = confusionMatrix(labels, labels, 2);
      expect(received.dtype).toBe("int32");
      expect(values(received)).toEqual([rows, 0, 0, 0]);
    });
  });

  it.each([0, -1, 2.5, Number.NaN])("rejects %s classes", (classes) => {
    tidy(() => {
      expect(() => confusionMatrix(indices(0), indices(0), classes)).toThrow(
        `confusionMatrix: expected a positive number of classes, got ${classes}`,
      );
    });
    expect(() => new ConfusionMatrix(classes)).toThrow(ArgumentError);
  });
});

describe("ConfusionMatrix", () => {
  it("merges with the same number of classes only", () => {
    expect(() => new ConfusionMatrix(2).merge(new ConfusionMatrix(3))).toThrow(
      "ConfusionMatrix: expected a metric of 2 classes, got 3",
    );
  });
});
