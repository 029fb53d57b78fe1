import { ArgumentError, defaultGenerator, Generator, manualSeed } from "@kindling/core";
import { describeOnBackends, values } from "@kindling/testing";
import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import { describe, expect, expectTypeOf, test } from "vitest";
import { ArrayDataset } from "./array-dataset.ts";
import { DataLoader } from "./data-loader.ts";
import { ImageDataset } from "./image-dataset.ts";
import { randomSplit } from "./random-split.ts";
import { Slow } from "./slow-dataset.ts";
import { TensorDataset } from "./tensor-dataset.ts";
import { randomHorizontalFlip } from "./transforms/random-flip.ts";

const numbers = new TensorDataset(Int32Array.from({ length: 10 }, (_, i) => i));

async function read(loader: AsyncIterable<Tensor1D>): Promise<number[][]> {
  const batches: number[][] = [];
  for await (const batch of loader) batches.push(values(batch));
  return batches;
}

describeOnBackends("DataLoader", () => {
  test("has as many batches as it says", async () => {
    for (const [options, length] of [
      [{}, 10],
      [{ batchSize: 4 }, 3],
      [{ batchSize: 4, dropLast: true }, 2],
      [{ batchSize: 64 }, 1],
      [{ batchSize: 64, dropLast: true }, 0],
      [{ sampler: [7, 7, 1], batchSize: 2 }, 2],
      [{ batchSampler: [[1], [2, 3]] }, 2],
    ] as const) {
      const loader = new DataLoader(numbers, options);
      let batches = 0;
      for await (const _ of loader) batches++;
      expect([loader.length, batches]).toEqual([length, length]);
    }
  });

  test.each([0, 1, 3])("keeps the order of slow batches with prefetch %i", async (prefetch) => {
    const dataset = new Slow();
    const loader = new DataLoader(dataset, { batchSize: 2, prefetch });
    const iterator = loader[Symbol.asyncIterator]();
    expect(dataset.started).toBe(0);
    await iterator.next();
    expect(dataset.started).toBe(Math.min(4, 1 + prefetch));
    await iterator.return?.();
    expect(await read(loader)).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
    ]);
  });

  test("iterates twice at once, each on its own", async () => {
    manualSeed(1);
    const loader = new DataLoader(numbers, { batchSize: 5, shuffle: true });
    const [a, b] = [loader[Symbol.asyncIterator](), loader[Symbol.asyncIterator]()];
    const orders = { a: new Set<number>(), b: new Set<number>() };
    for (let i = 0; i < 2; i++) {
      const [x, y] = [await a.next(), await b.next()];
      if (!x.done) for (const index of values(x.value[0])) orders.a.add(index);
      if (!y.done) for (const index of values(y.value[0])) orders.b.add(index);
    }
    await Promise.all([a.return?.(), b.return?.()]);
    expect([orders.a.size, orders.b.size]).toEqual([10, 10]);
    expect([...orders.a]).not.toEqual([...orders.b]);
  });

  test("repeats its order for the same seed, from its own generator or the default one", async () => {
    const order = async (generator?: Generator): Promise<number[]> => {
      const loader = new DataLoader(numbers, {
        batchSize: 10,
        shuffle: true,
        ...(generator && { generator }),
      });
      for await (const [batch] of loader) return values(batch);
      return [];
    };
    manualSeed(7);
    const first = await order();
    expect(await order()).not.toEqual(first);
    manualSeed(7);
    expect(await order()).toEqual(first);
    const before = defaultGenerator.getState();
    expect(await order(new Generator(3))).toEqual(await order(new Generator(3)));
    expect(defaultGenerator.getState()).toEqual(before);
  });

  test("transforms the images of a part without touching the other part", async () => {
    const images = { shape: [4, 1, 2], data: Uint8Array.of(0, 255, 0, 255, 0, 255, 0, 255) };
    const dataset = new ImageDataset(
      images,
      { shape: [4], data: new Uint8Array(4) },
      { classes: ["a"] },
    );
    const [train, validation] = randomSplit(dataset, [0.5, 0.5]);
    const flip = randomHorizontalFlip({ p: 1 });
    for await (const [x] of new DataLoader(train, { batchSize: 2, transform: flip })) {
      expectTypeOf(x).toEqualTypeOf<Tensor4D>();
      expect(values(x)).toEqual([1, 0, 1, 0]);
    }
    for await (const [x] of new DataLoader(validation, { batchSize: 2 })) {
      expect(values(x)).toEqual([0, 1, 0, 1]);
    }
  });
});

describe("DataLoader's options", () => {
  test.each([
    [{ batchSize: 0 }, "expected batchSize to be an integer from 1, got 0"],
    [{ batchSize: 1.5 }, "got 1.5"],
    [{ prefetch: -1 }, "expected prefetch to be an integer from 0, got -1"],
    [{ sampler: [1], shuffle: true }, "expected sampler or shuffle, got both; leave shuffle out"],
    [{ batchSampler: [[1]], batchSize: 2 }, "expected batchSampler or batchSize, got both"],
    [{ batchSampler: [[1]], dropLast: true }, "expected batchSampler or dropLast, got both"],
    [
      { transform: randomHorizontalFlip() },
      "expected a dataset of images to transform, got TensorDataset",
    ],
  ])("refuse %o", (options, message) => {
    expect(() => new DataLoader(numbers, options)).toThrow(ArgumentError);
    expect(() => new DataLoader(numbers, options)).toThrow(message);
  });

  test("refuse to shuffle nothing", () => {
    expect(() => new DataLoader(new ArrayDataset([]), { shuffle: true })).toThrow(
      "RandomSampler: expected a dataset with samples, got an empty one",
    );
    expect(new DataLoader(new ArrayDataset([])).length).toBe(0);
  });

  test("say what they are afterwards", () => {
    expect(new DataLoader(numbers).batchSize).toBe(1);
    expect(new DataLoader(numbers, { batchSampler: [[1]] }).batchSize).toBeNull();
    expect(new DataLoader(numbers).dataset).toBe(numbers);
  });
});
