import { defaultGenerator, Generator, manualSeed } from "@kindling/core";
import { DataLoader, TensorDataset } from "@kindling/datasets";
import { BatchNorm1d, Linear, MSELoss, Sequential } from "@kindling/layers";
import { Adam } from "@kindling/optim";
import { activateBackend, expectTensors } from "@kindling/testing";
import {
  add,
  mul,
  type Scalar,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
} from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type FindLearningRateOptions, findLearningRate } from "./index.ts";
import { suggestRate } from "./suggest-rate.ts";

beforeAll(() => activateBackend("wasm"));

const makeModel = () => new Sequential(new Linear(2, 8), new BatchNorm1d(8), new Linear(8, 1));

describe("findLearningRate", () => {
  let [x, y]: Tensor2D[] = [];
  let model: ReturnType<typeof makeModel>;
  let optimizer: Adam;
  const generator = new Generator(5);
  const loss = new MSELoss();
  let loader: DataLoader<unknown, readonly [Tensor2D, Tensor2D]>;

  beforeAll(() => {
    x = tensor2d(Array.from({ length: 32 }, (_, i) => [Math.sin(i), Math.cos(2 * i)]));
    y = tensor2d(Array.from({ length: 32 }, (_, i) => [10 * Math.sin(i) - 3 * Math.cos(2 * i)]));
    manualSeed(0);
    model = makeModel();
    optimizer = new Adam(
      [
        { params: model.parameters().slice(0, 2) },
        { params: model.parameters().slice(2), lr: 0.5 },
      ],
      { lr: 0.01 },
    );
    const data = new TensorDataset(x, y);
    loader = new DataLoader(data, { batchSize: 8, shuffle: true, generator }) as never;
  });
  afterAll(() => {
    model.dispose();
    optimizer.dispose();
    x?.dispose();
    y?.dispose();
  });

  const find = (options?: FindLearningRateOptions) =>
    findLearningRate({ model, loss, optimizer }, loader, options);
  const everything = async () => ({
    weights: await model.stateDict(),
    optimizer: await optimizer.stateDict(),
    training: model.training,
    generators: [defaultGenerator.getState(), generator.getState()],
  });
  // The optimizer has a memory before, so that there is something to put back.
  beforeEach(async () => {
    for await (const [input, target] of loader) {
      optimizer.step(() => loss.forward(model.forward(input), target)).dispose();
    }
  });

  test("sweeps from rate to rate and suggests one where the loss falls", async () => {
    const { points, suggestion, diverged } = await find({ from: 1e-5, to: 100, divergence: 3 });
    expect(points[0]?.lr).toBeCloseTo(1e-5, 12);
    const factors = points.slice(1).map(({ lr }, i) => lr / (points[i]?.lr ?? 0));
    for (const factor of factors) expect(factor).toBeCloseTo(1e7 ** (1 / 99), 9);
    expect(diverged).toBe(true);
    expect(points.length).toBeLessThan(100);
    expect(suggestion).toBeGreaterThan(1e-3);
    expect(suggestion).toBeLessThan(5);
  });

  test("puts everything back", async () => {
    model.eval();
    const before = await everything();
    // State in place of the optimizer's old: as many tensors.
    await expectTensors(() => find({ steps: 12, generators: [generator] }));
    expect(await everything()).toEqual(before);
    model.train();
  });

  test("puts everything back after an error too", async () => {
    const before = await everything();
    let batches = 0;
    const failing = {
      forward: (output: Tensor, target: Tensor) => {
        if (++batches === 5) throw new Error("no");
        return loss.forward(output, target);
      },
    };
    await expectTensors(async () => {
      const parts = { model, loss: failing, optimizer };
      await expect(findLearningRate(parts, loader, { generators: [generator] })).rejects.toThrow(
        "no",
      );
    });
    expect(await everything()).toEqual(before);
  });

  test("puts the default generator back, unasked", async () => {
    const data = new TensorDataset(x as Tensor2D, y as Tensor2D);
    const shuffled = new DataLoader(data, { batchSize: 8, shuffle: true });
    const before = defaultGenerator.getState();
    await findLearningRate({ model, loss, optimizer }, shuffled, { steps: 4 });
    expect(defaultGenerator.getState()).toEqual(before);
  });

  test("leaves other generators where they are, unless it is told of them", async () => {
    const before = generator.getState();
    await find({ steps: 4 });
    expect(generator.getState()).not.toEqual(before);
  });

  test("takes as many steps as told, iterating a short loader again", async () => {
    const { points, diverged } = await find({ from: 1e-6, to: 1e-5, steps: 11 });
    expect(points).toHaveLength(11);
    expect(points.at(-1)?.lr).toBeCloseTo(1e-5, 12);
    expect(diverged).toBe(false);
  });

  test("smooths the losses without a bias at the start", async () => {
    const options = { from: 1e-6, to: 1e-5, steps: 4 };
    const none = await find({ ...options, smoothing: 0 });
    for (const { loss: value, smoothed } of none.points) expect(smoothed).toBe(value);
    const half = (await find({ ...options, smoothing: 0.5 })).points;
    expect(half[0]?.smoothed).toBeCloseTo(half[0]?.loss ?? 0, 9);
    const second = ((half[0]?.loss ?? 0) + 2 * (half[1]?.loss ?? 0)) / 3;
    expect(half[1]?.smoothed).toBeCloseTo(second, 9);
  });

  test("stops where the loss is not a number, and leaves that out", async () => {
    let batches = 0;
    const failing = {
      forward: (output: Tensor, target: Tensor) =>
        ++batches < 4 ? loss.forward(output, target) : (mul(sum(output), Number.NaN) as Scalar),
    };
    const parts = { model, loss: failing, optimizer };
    const { points, diverged } = await findLearningRate(parts, loader, { divergence: Infinity });
    expect([points.length, diverged]).toEqual([3, true]);
  });

  test("stops at the loss that is so many times the best", async () => {
    const lengths: number[] = [];
    for (const divergence of [2.5, 3.5]) {
      const losses = [2, 1, 3, 1, 1];
      const scripted = {
        forward: (output: Tensor) => add(mul(sum(output), 0), losses.shift() ?? 1) as Scalar,
      };
      const parts = { model, loss: scripted, optimizer };
      const options = { smoothing: 0, steps: 5, divergence };
      const { points, diverged } = await findLearningRate(parts, loader, options);
      expect(diverged).toBe(divergence < 3);
      lengths.push(points.length);
    }
    expect(lengths).toEqual([3, 5]);
  });

  test("takes batches of another shape", async () => {
    const named = {
      length: loader.length,
      async *[Symbol.asyncIterator]() {
        for await (const [input, target] of loader) yield { input, target };
      },
    };
    const unpack = (batch: { readonly input: Tensor2D; readonly target: Tensor2D }) =>
      [batch.input, batch.target] as const;
    const parts = { model, loss, optimizer, unpack };
    const { points } = await findLearningRate(parts, named, { steps: 3, divergence: 1e9 });
    expect(points).toHaveLength(3);
  });

  test("rejects options out of range, and an empty loader", async () => {
    const cases: [FindLearningRateOptions, string][] = [
      [{ from: 0 }, "expected from and to to be 0 < from < to, got 0 and 10"],
      [{ from: 1, to: 1 }, "got 1 and 1"],
      [{ to: Number.POSITIVE_INFINITY }, "got 1e-7 and Infinity"],
      [{ steps: 1 }, "expected steps to be an integer from 2, got 1"],
      [{ smoothing: 1 }, "expected smoothing to be from 0 to below 1, got 1"],
      [{ divergence: 1 }, "expected divergence to be above 1, got 1"],
    ];
    for (const [options, message] of cases) await expect(find(options)).rejects.toThrow(message);
    const empty = { length: 0, async *[Symbol.asyncIterator]() {} };
    const parts = { model, loss, optimizer };
    await expect(findLearningRate(parts, empty as never)).rejects.toThrow("at least one batch");
  });
});

describe("suggestRate", () => {
  const suggest = (...losses: number[]) =>
    suggestRate(losses.map((smoothed, i) => ({ lr: 10 ** i, smoothed })));
  const RISE = [50, 60, 70, 80, 90];

  test("is in the middle of the longest fall, breaks and all", () => {
    // Nine points fall, from the second on: 1 + 3 + 1.
    expect(suggest(9, 9, 8, 7, 9, 6, 5, 4, 3, 2, 1, ...RISE)).toBeCloseTo(1e5);
  });

  test("leaves out the first tenth, and the last five points", () => {
    const fall = [9, 8, 7, 6, 5, 4];
    const flat = new Array<number>(9).fill(3);
    // Of twenty points two are left out, and the fall of six is one of four: 0 + 1 + 0.
    expect(suggest(...fall, ...flat, ...RISE)).toBeCloseTo(1e3);
    expect(suggest(3, 3, 3, 3, 3, 2, 1, 0, -1, -2)).toBe(null);
  });

  test("is null where the loss falls nowhere", () => {
    expect(suggest(1, 2, 3, 4, 5, 6, 7, 8)).toBe(null);
    expect(suggest(1)).toBe(null);
    expect(suggest()).toBe(null);
  });
});
