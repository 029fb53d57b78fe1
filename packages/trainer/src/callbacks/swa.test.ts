import { BatchNorm1d, Linear, MSELoss } from "@kindling/layers";
import { SGD } from "@kindling/optim";
import { activateBackend, describeCallback, expectTensors, values } from "@kindling/testing";
import { type Tensor, tensor1d, tidy } from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Rows } from "../fakes.ts";
import { type Callback, type SwaOptions, swa, Trainer } from "../index.ts";

beforeAll(() => activateBackend("cpu"));

describe("swa", () => {
  let model: Linear;
  beforeAll(() => {
    model = new Linear(2, 1, { bias: false });
  });
  afterAll(() => model.dispose());
  const weight = (): number => values(model.weight)[0] as number;

  describeCallback("swa", { make: () => swa(model, { startEpoch: 2 }) });

  /** Five epochs of one step; the weight at the end of each. */
  const train = async (options: SwaOptions): Promise<number[]> => {
    const ends: number[] = [];
    const record: Callback = { name: "record", onEpochEnd: () => void ends.push(weight()) };
    const optimizer = new SGD(model.parameters(), { lr: 0.02 });
    const callbacks = [record, swa(model, options)];
    const trainer = new Trainer({ model, loss: new MSELoss(), optimizer, callbacks });
    await expectTensors(() => trainer.fit(new Rows(2), { epochs: 5 }));
    return ends;
  };

  test("averages the epochs' ends from startEpoch on, into the model", async () => {
    const [, , third, fourth, fifth] = (await train({ startEpoch: 3 })) as Required<number[]>;
    const mean = ((third as number) + (fourth as number) + (fifth as number)) / 3;
    expect(weight()).toBeCloseTo(mean, 6);
  });

  test("takes every n-th epoch", async () => {
    const ends = await train({ startEpoch: 2, every: 3 });
    expect(weight()).toBeCloseTo(((ends[1] as number) + (ends[4] as number)) / 2, 6);
  });

  test("leaves the model alone when told, or when no epoch counted", async () => {
    expect((await train({ startEpoch: 1, atEnd: "trained" })).at(-1)).toBe(weight());
    expect((await train({ startEpoch: 6 })).at(-1)).toBe(weight());
  });

  test("averages the buffers too, when told", () => {
    const norm = new BatchNorm1d(1);
    const run = { epochs: 2, batches: 1, stop() {} };
    const means = [false, true].map((useBuffers) => {
      const callback = swa(norm, { startEpoch: 1, useBuffers });
      callback.onTrainStart?.({ ...run, higherIsBetter: {} });
      for (const epoch of [1, 2]) {
        tidy(() => norm.runningMean?.assign(tensor1d([epoch])));
        callback.onEpochEnd?.({ ...run, epoch, metrics: {}, seconds: 1 });
      }
      callback.onTrainEnd?.({ ...run, stopReason: null });
      return values(norm.runningMean as Tensor)[0];
    });
    expect(means).toEqual([2, 1.5]);
    norm.dispose();
  });

  test("rejects options out of range", () => {
    expect(() => swa(model, { startEpoch: 0 })).toThrow("swa: expected startEpoch");
    expect(() => swa(model, { startEpoch: 1, every: 0.5 })).toThrow("swa: expected every");
  });
});
