import { ArgumentError } from "@kindling/core";
import { describeDataset, describeOnBackends, expectTensors, values } from "@kindling/testing";
import { dispose, tensor1d } from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { ArrayDataset } from "./array-dataset.ts";
import { ConcatDataset } from "./concat-dataset.ts";
import type { Dataset } from "./dataset.ts";
import { TensorDataset } from "./tensor-dataset.ts";
import { toTensor } from "./transforms/to-tensor.ts";

const part = (...labels: number[]): TensorDataset<readonly [Int32Array, Float32Array]> =>
  new TensorDataset(
    Int32Array.from(labels),
    Float32Array.from(labels, (label) => label / 2),
  );

describeDataset("ConcatDataset", {
  make: () => new ConcatDataset([part(1, 2), part(), part(3), part(4, 5, 6)]),
  length: 6,
  fields: [
    { shape: [], dtype: "int32" },
    { shape: [], dtype: "float32" },
  ],
});

describeOnBackends("ConcatDataset", () => {
  test("joins strings and records too", async () => {
    const one = new ArrayDataset([{ word: "a", y: 0 }]);
    const two = new ArrayDataset([
      { word: "b", y: 1 },
      { word: "c", y: 2 },
    ]);
    const batch = await new ConcatDataset([one, two]).batch([2, 0, 1]);
    expect(batch.word).toEqual(["c", "a", "b"]);
    expect(values(batch.y)).toEqual([2, 0, 1]);
    dispose(batch.y);
  });

  test("leaves no tensor behind when one of its datasets fails", async () => {
    const failing: Dataset<unknown, [ReturnType<typeof tensor1d>]> = {
      length: 1,
      get: () => 0,
      batch: () => Promise.reject(new Error("disk")),
    };
    const working: typeof failing = { length: 1, get: () => 0, batch: () => [tensor1d([1])] };
    const both = new ConcatDataset([working, failing]);
    await expectTensors(() => expect(both.batch([0, 1])).rejects.toThrow("disk"));
  });
});

describe("ConcatDataset's checks", () => {
  test("refuse an empty list, and a transform for what has no images", () => {
    expect(() => new ConcatDataset([])).toThrow(ArgumentError);
    expect(() => new ConcatDataset([part(1)]).withTransform(toTensor())).toThrow(
      "ConcatDataset: expected a dataset of images to transform, got TensorDataset",
    );
  });
});
