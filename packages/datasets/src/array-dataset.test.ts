import { describeOnBackends, expectTensors, values } from "@kindling/testing";
import { tensor1d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { ArrayDataset } from "./array-dataset.ts";
import { DataLoader } from "./data-loader.ts";

describeOnBackends("ArrayDataset", () => {
  test("reads anything that can be iterated, once", async () => {
    function* samples(): Generator<[Float32Array, number]> {
      for (let i = 0; i < 5; i++) yield [Float32Array.of(i, -i), i];
    }
    const dataset = new ArrayDataset(samples());
    expect(dataset.length).toBe(5);
    expect(dataset.get(4)).toEqual([Float32Array.of(4, -4), 4]);
    const read: number[][] = [];
    for await (const [x, y] of new DataLoader(dataset, { batchSize: 2 })) {
      read.push(values(x), values(y));
    }
    expect(read).toEqual([[0, -0, 1, -1], [0, 1], [2, -2, 3, -3], [2, 3], [4, -4], [4]]);
  });

  test("keeps its tensors through any number of passes", async () => {
    const stored = [{ x: tensor1d([1, 2]) }, { x: tensor1d([3, 4]) }];
    const loader = new DataLoader(new ArrayDataset(stored), { batchSize: 2 });
    await expectTensors(async () => {
      for (let pass = 0; pass < 2; pass++) {
        for await (const { x } of loader) expect(values(x)).toEqual([1, 2, 3, 4]);
      }
    });
    expect(stored.map(({ x }) => values(x))).toEqual([
      [1, 2],
      [3, 4],
    ]);
    for (const { x } of stored) x.dispose();
  });

  test("refuses an index it does not have", () => {
    expect(() => new ArrayDataset([1]).get(1)).toThrow(
      "ArrayDataset.get: expected an index from 0 to 0, got 1",
    );
  });
});
