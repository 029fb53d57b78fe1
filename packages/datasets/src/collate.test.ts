import { ArgumentError, ShapeError } from "@kindling/core";
import { describeOnBackends, expectTensors, values } from "@kindling/testing";
import { dispose, type Tensor1D, type Tensor2D, tensor1d, tensor2d } from "@tensorflow/tfjs-core";
import { expect, expectTypeOf, test } from "vitest";
import { defaultCollate } from "./collate.ts";

describeOnBackends("defaultCollate", () => {
  test("joins whole numbers as int32 and others as float32", () => {
    const labels = defaultCollate([3, 0, -1]);
    const targets = defaultCollate([3, 0.5]);
    expectTypeOf(labels).toEqualTypeOf<Tensor1D>();
    expect([labels.dtype, targets.dtype]).toEqual(["int32", "float32"]);
    expect([values(labels), values(targets)]).toEqual([
      [3, 0, -1],
      [3, 0.5],
    ]);
    dispose([labels, targets]);
  });

  test("joins booleans and strings", () => {
    const flags = defaultCollate([true, false]);
    expect(flags.dtype).toBe("bool");
    flags.dispose();
    expect(defaultCollate(["a", "b"])).toEqual(["a", "b"]);
  });

  test("stacks typed arrays and tensors", () => {
    const rows = defaultCollate([Uint8Array.of(1, 2), Uint8Array.of(3, 4)]);
    expectTypeOf(rows).toEqualTypeOf<Tensor2D>();
    expect([rows.shape, rows.dtype, values(rows)]).toEqual([[2, 2], "int32", [1, 2, 3, 4]]);
    const samples = [tensor2d([[1, 2]]), tensor2d([[3, 4]])];
    const stacked = defaultCollate(samples);
    expect([stacked.shape, values(stacked)]).toEqual([
      [2, 1, 2],
      [1, 2, 3, 4],
    ]);
    dispose([rows, stacked, ...samples]);
  });

  test("joins tuples and records field by field, at any depth", () => {
    const samples: { x: [Float32Array, string]; y: number }[] = [
      { x: [Float32Array.of(1), "one"], y: 1 },
      { x: [Float32Array.of(2), "two"], y: 2 },
    ];
    const batch = defaultCollate(samples);
    expectTypeOf(batch).toEqualTypeOf<{ x: [Tensor2D, string[]]; y: Tensor1D }>();
    expect(batch.x[1]).toEqual(["one", "two"]);
    expect([values(batch.x[0]), values(batch.y)]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    dispose([batch.x[0], batch.y]);
  });

  test("refuses what cannot be joined, with both values, and leaves no tensor behind", async () => {
    await expectTensors(() => {
      expect(() => defaultCollate([])).toThrow(ArgumentError);
      expect(() => defaultCollate([1, "a"] as unknown[])).toThrow(
        "expected number as in the first sample, got string at 1",
      );
      expect(() => defaultCollate([new Map()])).toThrow("got Map (sample)");
      expect(() => defaultCollate([Uint8Array.of(1), Uint8Array.of(1, 2)])).toThrow(ShapeError);
      expect(() => defaultCollate([[1, 2], [1]] as unknown[])).toThrow(
        "expected the fields [0, 1] as in the first sample, got [0]",
      );
      expect(() => defaultCollate([{ x: 1, y: null }])).toThrow("field y of sample");
    });
  });

  test("refuses tensors of different shapes", () => {
    const samples = [tensor1d([1]), tensor1d([1, 2])];
    expect(() => defaultCollate(samples)).toThrow(
      "defaultCollate (sample 1): expected input of shape [1], got [2]",
    );
    dispose(samples);
  });
});
