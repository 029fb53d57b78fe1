import { SGD } from "@kindling/optim";
import {
  activateBackend,
  describeCallback,
  describeOnBackends,
  expectClose,
  expectTensors,
  values,
} from "@kindling/testing";
import { type Tensor, tensor1d, type Variable, variable } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { LinearModel, Rows, SquaredError } from "../fakes.ts";
import { type ClipNormOptions, clipGradients, Trainer } from "../index.ts";

beforeAll(() => activateBackend("cpu"));

const hookless = { registerGradientHook: () => () => {} };
describeCallback("clipGradients", { make: () => clipGradients(hookless, { maxNorm: 1 }) });

describeOnBackends("clipGradients", () => {
  const run = { epochs: 1, batches: 1, stop() {} };

  /** What becomes of the gradients [3], none, [0, -4], whose norm is 5, from weights of 0 with lr 1. */
  const clipped = async (options: Parameters<typeof clipGradients>[1]): Promise<number[]> => {
    const make = (n: number): Variable => {
      const zeros = tensor1d(new Array(n).fill(0));
      const weight = variable(zeros);
      zeros.dispose();
      return weight;
    };
    const weights = [make(1), make(1), make(2)];
    const optimizer = new SGD(weights, { lr: 1 });
    const callback = clipGradients(optimizer, options);
    callback.onTrainStart?.({ ...run, higherIsBetter: {} });
    await expectTensors(() => optimizer.update([tensor1d([3]), null, tensor1d([0, -4])]));
    callback.onTrainEnd?.({ ...run, stopReason: null });
    const result = weights.flatMap((weight) => values(weight as Tensor).map((value) => 0 - value));
    // After the run nothing is clipped.
    optimizer.update([null, tensor1d([100]), null]);
    expect(values(weights[1] as Tensor)).toEqual([-100]);
    for (const weight of weights) weight.dispose();
    return result;
  };

  test("scales all by one factor to the norm, and leaves smaller ones", async () => {
    expectClose(await clipped({ maxNorm: 1 }), [0.6, 0, 0, -0.8]);
    expectClose(await clipped({ maxNorm: 6 }), [3, 0, 0, -4]);
    expectClose(await clipped({ maxNorm: 0 }), [0, 0, 0, 0]);
  });

  test("measures with another norm", async () => {
    expectClose(await clipped({ maxNorm: 1, normType: 1 }), [3 / 7, 0, 0, -4 / 7]);
    const normType = Number.POSITIVE_INFINITY;
    expectClose(await clipped({ maxNorm: 1, normType }), [0.75, 0, 0, -1]);
    const cubic = (3 ** 3 + 4 ** 3) ** (1 / 3);
    expectClose(await clipped({ maxNorm: 1, normType: 3 }), [3 / cubic, 0, 0, -4 / cubic]);
  });

  test("limits each value", async () => {
    expectClose(await clipped({ maxValue: 3.5 }), [3, 0, 0, -3.5]);
  });

  test("bears an update without gradients", async () => {
    const zero = tensor1d([0]);
    const weight = variable(zero);
    const optimizer = new SGD([weight], { lr: 1 });
    const callback = clipGradients(optimizer, { maxNorm: 1 });
    callback.onTrainStart?.({ ...run, higherIsBetter: {} });
    optimizer.update([null]);
    expect(values(weight)).toEqual([0]);
    zero.dispose();
    weight.dispose();
  });
});

describe("clipGradients", () => {
  test("bounds how far a step in fit goes", async () => {
    const model = new LinearModel();
    const optimizer = new SGD([model.weight], { lr: 1 });
    const callbacks = [clipGradients(optimizer, { maxNorm: 0.5 })];
    const trainer = new Trainer({ model, loss: new SquaredError(), optimizer, callbacks });
    await expectTensors(() => trainer.fit(new Rows(4), { epochs: 1 }));
    expectClose([Math.hypot(...values(model.weight))], [0.5]);
    model.dispose();
  });

  test("rejects no limit, two, and one out of range", () => {
    const make = (options: object) => () => clipGradients(hookless, options as ClipNormOptions);
    expect(make({})).toThrow("clipGradients: expected maxNorm or maxValue, got neither");
    expect(make({ maxNorm: 1, maxValue: 1 })).toThrow("got both");
    expect(make({ maxNorm: -1 })).toThrow("expected maxNorm to be 0 or more, got -1");
    expect(make({ maxValue: Number.NaN })).toThrow("expected maxValue to be 0 or more, got NaN");
    expect(make({ maxNorm: 1, normType: 0 })).toThrow("expected normType to be above 0, got 0");
  });
});
