import { manualSeed } from "@kindling/core";
import { DataLoader, TensorDataset } from "@kindling/datasets";
import { activateBackend, expectTensors, values } from "@kindling/testing";
import { dispose, type Tensor2D, tensor2d } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { Descent, LinearModel, Rows, SquaredError } from "./fakes.ts";
import { type Batches, overfitBatches, Trainer } from "./index.ts";

beforeAll(() => activateBackend("cpu"));

const rowsOf = async (loader: Batches<readonly [Tensor2D, Tensor2D]>): Promise<number[][]> => {
  const rows: number[][] = [];
  for await (const [x] of loader) rows.push(values(x));
  return rows;
};

test("gives a shuffled loader's first batches again, and the loader goes on", async () => {
  const x = tensor2d(Array.from({ length: 8 }, (_, i) => [i]));
  const loader = new DataLoader(new TensorDataset(x, x), { batchSize: 2, shuffle: true });
  manualSeed(1);
  const expected = (await rowsOf(loader as never)).slice(0, 3);
  manualSeed(1);
  await expectTensors(async () => {
    const few = overfitBatches(loader, 3);
    expect(few.length).toBe(3);
    const first = await rowsOf(few as never);
    expect(first).toEqual(expected);
    expect(await rowsOf(few as never)).toEqual(first);
    few.dispose();
  });
  x.dispose();
});

test("gives all of a shorter loader, closes it, and takes from it once", async () => {
  const rows = new Rows(2, 1);
  await expectTensors(async () => {
    const few = overfitBatches(rows, 5);
    expect(few.length).toBe(2);
    const both = await Promise.all([rowsOf(few), rowsOf(few)]);
    expect(both[0]).toEqual(both[1]);
    expect([both[0]?.length, rows.opened, rows.closed]).toEqual([2, 1, 1]);
    few.dispose();
  });
});

test("trains a model down to no loss", async () => {
  const model = new LinearModel();
  const few = overfitBatches(new Rows(2, 2, 2), 1);
  const trainer = new Trainer({
    model,
    loss: new SquaredError(),
    optimizer: new Descent(model.weight, 0.3),
  });
  const history = await trainer.fit(few, { epochs: 100 });
  expect(history.at(-1)?.trainLoss).toBeLessThan(1e-6);
  few.dispose();
  model.dispose();
});

test("keeps nothing when the loader fails, nor after dispose, whenever that is", async () => {
  const failing: Batches<readonly [Tensor2D, Tensor2D]> = {
    length: 2,
    async *[Symbol.asyncIterator]() {
      const x = tensor2d([[1]]);
      try {
        yield [x, x];
        throw new Error("disk");
      } finally {
        dispose(x);
      }
    },
  };
  await expectTensors(async () => {
    const few = overfitBatches(failing, 2);
    await expect(rowsOf(few)).rejects.toThrow("disk");
    few.dispose();
    await expect(rowsOf(few)).rejects.toThrow("expected to be iterated before dispose()");
    const early = overfitBatches(new Rows(1), 1);
    const started = rowsOf(early);
    early.dispose();
    await started.catch(() => undefined);
  });
});

test("rejects what is no number of batches", () => {
  expect(() => overfitBatches(new Rows(1), 0)).toThrow("overfitBatches: expected count");
});
