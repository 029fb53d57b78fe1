import { ArgumentError } from "@kindling/core";
import { describeDataset, describeOnBackends, expectTensors, values } from "@kindling/testing";
import { dispose, type Tensor1D, type Tensor2D, tensor2d } from "@tensorflow/tfjs-core";
import { describe, expect, expectTypeOf, test } from "vitest";
import { TensorDataset } from "./tensor-dataset.ts";

const points = { shape: [3, 2], data: Float32Array.of(0, 1, 2, 3, 4, 5) } as const;

describeDataset("TensorDataset of arrays", {
  make: () => new TensorDataset(points, Int32Array.of(7, 8, 9), Float64Array.of(0.5, 1, 2)),
  length: 3,
  fields: [
    { shape: [2], dtype: "float32" },
    { shape: [], dtype: "int32" },
    { shape: [], dtype: "float32" },
  ],
});

describeDataset("TensorDataset of tensors", {
  make: () => new TensorDataset(tensor2d(points.data, [3, 2]), Uint8Array.of(7, 8, 255)),
  length: 3,
  fields: [
    { shape: [2], dtype: "float32" },
    { shape: [], dtype: "int32" },
  ],
});

describeOnBackends("TensorDataset", () => {
  test("types its batches by their columns", () => {
    const dataset = new TensorDataset(points, Int32Array.of(1, 2, 3));
    const batch = dataset.batch([2, 0]);
    expectTypeOf(batch).toEqualTypeOf<[Tensor2D, Tensor1D]>();
    expect(batch.map(values)).toEqual([
      [4, 5, 0, 1],
      [3, 1],
    ]);
    dispose(batch);
  });

  test("leaves the caller's tensors alone", async () => {
    const x = tensor2d([1, 2, 3, 4], [2, 2]);
    await expectTensors(() => {
      const dataset = new TensorDataset(x);
      dispose(dataset.batch([1]));
      const [row] = dataset.get(1);
      expect(row.shape).toEqual([2]);
      expect(values(row)).toEqual([3, 4]);
      row.dispose();
    });
    expect(values(x)).toEqual([1, 2, 3, 4]);
    x.dispose();
  });

  test("may be empty", () => {
    const dataset = new TensorDataset(new Float32Array(0));
    expect(dataset.length).toBe(0);
    const [none] = dataset.batch([]);
    expect(none.shape).toEqual([0]);
    none.dispose();
    expect(() => dataset.get(0)).toThrow(
      "TensorDataset.get: expected no index (it is empty), got 0",
    );
  });
});

describe("TensorDataset's checks", () => {
  test("refuse no columns, and columns of different lengths", () => {
    expect(() => new TensorDataset()).toThrow(ArgumentError);
    expect(() => new TensorDataset(points, Int32Array.of(1))).toThrow(
      "TensorDataset: expected columns of the same length, got [[3, 2], [1]]",
    );
  });

  test("refuse values that do not fill the shape", () => {
    expect(() => new TensorDataset({ shape: [3, 3], data: points.data })).toThrow(
      "TensorDataset: expected 9 values for the shape [3, 3], got 6",
    );
    expect(() => new TensorDataset({ shape: [1.5, 4], data: points.data })).toThrow(
      "expected a shape of integers from 0, got [1.5, 4]",
    );
  });
});

test.each([
  [[0, 1, 2], /got an array; Float32Array\.from/],
  [null, /got null/],
  [{ data: [1] }, /got \[object Object\]/],
])("what is no column is refused: %j", (column, message) => {
  expect(() => new TensorDataset(column as never)).toThrow(message);
  expect(() => new TensorDataset(column as never)).toThrow(ArgumentError);
});
