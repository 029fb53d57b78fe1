import { describeOnBackends, expectTensors, values } from "@kindling/testing";
import {
  clone,
  dispose,
  memory,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
} from "@tensorflow/tfjs-core";
import { expect, expectTypeOf, test } from "vitest";
import { DataLoader } from "./data-loader.ts";
import type { Dataset } from "./dataset.ts";
import { Slow } from "./slow-dataset.ts";
import { TensorDataset } from "./tensor-dataset.ts";

const numbers = new TensorDataset(Int32Array.from({ length: 10 }, (_, i) => i));

describeOnBackends("What a DataLoader owns", () => {
  test("disposes a batch when the next is asked for, and the last at the end", async () => {
    await expectTensors(async () => {
      const before = memory().numTensors;
      let previous: Tensor1D | null = null;
      for await (const [batch] of new DataLoader(numbers, { batchSize: 3, shuffle: true })) {
        expect(previous?.isDisposed ?? true).toBe(true);
        expect(memory().numTensors).toBe(before + 1);
        previous = batch;
      }
      expect(previous?.isDisposed).toBe(true);
    });
  });

  test.each([0, 2, 100])(
    "disposes everything when the loop leaves, with prefetch %i",
    async (prefetch) => {
      const loader = new DataLoader(new Slow(), { batchSize: 2, prefetch });
      await expectTensors(async () => {
        for await (const _ of loader) break;
      });
      await expectTensors(async () => {
        const work = async (): Promise<void> => {
          for await (const _ of loader) throw new Error("in the loop");
        };
        await expect(work).rejects.toThrow("in the loop");
      });
      await expectTensors(async () => {
        const iterator = loader[Symbol.asyncIterator]();
        await iterator.next();
        await iterator.return?.();
        expect((await iterator.next()).done).toBe(true);
      });
      await expectTensors(() => loader[Symbol.asyncIterator]().return?.());
    },
  );

  test("leaves alone what the loop disposed or cloned itself", async () => {
    const kept: Tensor1D[] = [];
    for await (const [batch] of new DataLoader(numbers, { batchSize: 5 })) {
      kept.push(clone(batch));
      batch.dispose();
    }
    expect(kept.map(values)).toEqual([
      [0, 1, 2, 3, 4],
      [5, 6, 7, 8, 9],
    ]);
    dispose(kept);
  });

  test.each([0, 3])("passes an error on in its turn, with prefetch %i", async (prefetch) => {
    await expectTensors(async () => {
      const seen: number[][] = [];
      const work = async (): Promise<void> => {
        for await (const batch of new DataLoader(new Slow(4), { batchSize: 2, prefetch })) {
          seen.push(values(batch));
        }
      };
      await expect(work).rejects.toThrow("bad sector at 4");
      expect(seen).toEqual([
        [0, 1],
        [2, 3],
      ]);
    });
    // Left before the bad batch's turn: nobody is told, and nothing is unhandled.
    for await (const _ of new DataLoader(new Slow(4), { batchSize: 2, prefetch })) break;
  });

  test("collates as it is told, and disposes the samples' tensors", async () => {
    const dataset: Dataset<Tensor1D> = {
      length: 3,
      get: async (index) => tensor1d([index, index]),
    };
    const loader = new DataLoader(dataset, {
      batchSize: 2,
      collate: (samples) => ({ first: samples[0] as Tensor1D, n: samples.length }),
    });
    await expectTensors(async () => {
      const sizes: number[] = [];
      for await (const { first, n } of loader) {
        expectTypeOf(first).toEqualTypeOf<Tensor1D>();
        sizes.push(n, ...values(first));
      }
      expect(sizes).toEqual([2, 0, 0, 1, 2, 2]);
    });
    await expectTensors(async () => {
      for await (const x of new DataLoader(dataset, { batchSize: 3 })) {
        expectTypeOf(x).toEqualTypeOf<Tensor2D>();
        expect(x.shape).toEqual([3, 2]);
      }
    });
  });

  test("leaves nothing behind when one sample of a batch fails", async () => {
    const dataset: Dataset<Tensor1D> = {
      length: 3,
      get: async (index) => {
        if (index === 1) throw new Error("no sample 1");
        return tensor1d([index]);
      },
    };
    await expectTensors(() =>
      expect(async () => {
        for await (const _ of new DataLoader(dataset, { batchSize: 3 }));
      }).rejects.toThrow("no sample 1"),
    );
  });
});
