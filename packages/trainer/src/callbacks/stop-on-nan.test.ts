import { activateBackend, describeCallback } from "@kindling/testing";
import { type Tensor2D, tensor2d } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { Descent, LinearModel, Rows, SquaredError } from "../fakes.ts";
import { NonFiniteLossError, type StopOnNaNOptions, stopOnNaN, Trainer } from "../index.ts";

beforeAll(() => activateBackend("cpu"));

describeCallback("stopOnNaN", { make: () => stopOnNaN({ every: 2 }) });

describe("stopOnNaN", () => {
  /** Trains on batches of one; the model's output is NaN from the given forward pass on. */
  const train = async (options: StopOnNaNOptions, nanFrom: number): Promise<unknown> => {
    const model = new LinearModel();
    let passes = 0;
    const trainer = new Trainer({
      model: {
        training: true,
        train() {},
        eval() {},
        forward: (x: Tensor2D) =>
          model.forward(++passes >= nanFrom ? tensor2d([[Number.NaN, 0]]) : x),
      },
      loss: new SquaredError(),
      optimizer: new Descent(model.weight),
      callbacks: [stopOnNaN(options)],
    });
    const outcome = await trainer
      .fit(new Rows(1, 1, 1, 1, 1), { epochs: 2, validation: new Rows(1) })
      .catch((error: unknown) => error);
    model.dispose();
    return outcome;
  };

  test("names epoch and step, at the check after it happened", async () => {
    expect(await train({ every: 2 }, 3)).toMatchObject({
      name: "NonFiniteLossError",
      message: expect.stringContaining("expected a finite loss, got NaN in epoch 1 at step 4"),
      epoch: 1,
      step: 4,
      loss: Number.NaN,
    });
    expect(await train({ every: 1 }, 9)).toMatchObject({ epoch: 2, step: 8 });
  });

  test("checks the means at the epoch's end, without a read of its own", async () => {
    const every = Number.POSITIVE_INFINITY;
    expect(NonFiniteLossError.is(await train({ every }, 5))).toBe(true);
    expect(await train({ every }, 5)).toMatchObject({ epoch: 1, step: 5 });
    expect(await train({ every }, 6)).toMatchObject({
      message: expect.stringContaining("expected a finite valLoss"),
    });
  });

  test("leaves a finite run alone", async () => {
    expect(await train({ every: 1 }, 1000)).toHaveLength(2);
  });

  test("rejects what is no number of steps", () => {
    for (const every of [0, -1, 2.5, Number.NaN]) {
      expect(() => stopOnNaN({ every })).toThrow(`got ${every}`);
    }
  });
});
