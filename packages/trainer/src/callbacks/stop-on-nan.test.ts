import { Linear, MSELoss, Sequential } from "@kindling/layers";
import { SGD } from "@kindling/optim";
import {
  activateBackend,
  describeCallback,
  describeOnBackends,
  expectTensors,
} from "@kindling/testing";
import { fill, type Tensor2D, tensor2d, tidy } from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Descent, LinearModel, Rows, SquaredError } from "../fakes.ts";
import {
  accumulateGradients,
  clipGradients,
  detectAnomaly,
  NonFiniteLossError,
  type StopOnNaNOptions,
  stopOnNaN,
  Trainer,
} from "../index.ts";

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

describe("with model and optimizer", () => {
  let model: Linear;
  let optimizer: SGD;
  beforeAll(() => {
    model = new Linear(2, 1);
    optimizer = new SGD(model.parameters());
  });
  afterAll(() => model.dispose());
  describeCallback("stopOnNaN", { make: () => stopOnNaN({ every: 2, model, optimizer }) });
  describeCallback("detectAnomaly", { make: () => detectAnomaly(model, optimizer) });
});

describeOnBackends("stopOnNaN names the first that is not finite:", () => {
  /**
   * Trains `0` (2 → 2) and `1` (2 → 1) for 6 steps. At the given one the gradient at place `bad` of the
   * four (or after the step the parameter) is made infinite.
   */
  const train = async (
    make: (model: Sequential, optimizer: SGD) => ReturnType<typeof stopOnNaN>,
    {
      kind = "gradient",
      bad = 2,
      step: at = 2,
      value = Number.NEGATIVE_INFINITY,
      accumulate = 1,
    } = {},
  ): Promise<unknown> => {
    const model = new Sequential(new Linear(2, 2), new Linear(2, 1));
    const optimizer = new SGD(model.parameters(), { lr: 0.001 });
    let step = 0;
    const remove = optimizer.registerGradientHook((gradients) => {
      const gradient = gradients[bad];
      if (++step !== at || kind !== "gradient" || !gradient) return;
      gradients[bad] = fill(gradient.shape, value);
      gradient.dispose();
    });
    const poison = {
      name: "poison",
      onBatchEnd(context: { readonly step: number }) {
        if (context.step !== at || kind !== "parameter") return;
        const parameter = model.parameters()[bad];
        tidy(() => parameter?.assign(fill(parameter.shape, value)));
      },
    };
    const callbacks = [poison, make(model, optimizer)];
    const stepper =
      accumulate === 1 ? optimizer : accumulateGradients(optimizer, { steps: accumulate });
    const loss = new MSELoss();
    const trainer = new Trainer({ model, loss, optimizer: stepper, callbacks });
    const rows = new Rows(2, 2, 2, 2, 2, 2);
    const outcome = await expectTensors(() =>
      trainer.fit(rows, { epochs: 1 }).catch((error: unknown) => error),
    );
    remove();
    model.dispose();
    return outcome;
  };

  test("a gradient, while the loss is finite", async () => {
    expect(await train((_, optimizer) => stopOnNaN({ every: 2, optimizer }))).toMatchObject({
      name: "NonFiniteWeightError",
      message:
        "stopOnNaN: expected finite gradients, got -Infinity in the gradient of parameter 2 " +
        "(1 of 4 gradients are not finite) in epoch 1 at step 2, where the loss is finite; " +
        "lower the learning rate, clip the gradients or check the data",
      epoch: 1,
      step: 2,
      first: { kind: "gradient", name: "parameter 2", value: Number.NEGATIVE_INFINITY },
    });
    expect(await train((model, optimizer) => detectAnomaly(model, optimizer))).toMatchObject({
      message: expect.stringContaining("detectAnomaly: expected finite gradients"),
      first: { name: "1.weight", count: 1, total: 4 },
    });
  });

  test("a parameter, while the loss is finite", async () => {
    const outcome = await train((model) => stopOnNaN({ every: 1, model }), { kind: "parameter" });
    expect(outcome).toMatchObject({
      name: "NonFiniteWeightError",
      message: expect.stringContaining("got -Infinity in 1.weight (1 of 4 parameters"),
      step: 2,
    });
  });

  test("what else is not finite when the loss is not", async () => {
    const outcome = await train((model, optimizer) => stopOnNaN({ every: 3, model, optimizer }));
    expect(outcome).toMatchObject({
      name: "NonFiniteLossError",
      step: 3,
      message: expect.stringMatching(
        /finite loss, got \S+ in epoch 1 at step 3; the first to be so is the gradient of 0\.weight \(\d of 4/,
      ),
      first: { kind: "gradient", name: "0.weight" },
    });
    const every = Number.POSITIVE_INFINITY;
    expect(await train((model) => stopOnNaN({ every, model }))).toMatchObject({
      message: expect.stringMatching(
        /finite trainLoss, got \S+ .*the first to be so is 0\.weight \(4 of 4/,
      ),
    });
  });

  test("the gradients of the next update, where gradients accumulate", async () => {
    const outcome = await train(
      (model, optimizer) => stopOnNaN({ every: 2, model, optimizer }),
      // The update at step 3 is the first.
      { accumulate: 3, step: 1 },
    );
    expect(outcome).toMatchObject({ step: 3, first: { kind: "gradient", name: "1.weight" } });
  });

  test("but not a sum that overflows, of values that are finite", async () => {
    const big = { kind: "parameter", bad: 0, value: 2e38, step: 6 };
    expect(await train((model) => stopOnNaN({ every: 1, model }), big)).toHaveLength(1);
  });

  test("also before another callback clips them", async () => {
    const outcome = await train((model, optimizer) => {
      const anomaly = detectAnomaly(model, optimizer);
      const clip = clipGradients(optimizer, { maxNorm: 1 });
      return {
        ...anomaly,
        async onTrainStart(context) {
          await anomaly.onTrainStart?.(context);
          await clip.onTrainStart?.(context);
        },
        async onTrainEnd(context) {
          await clip.onTrainEnd?.(context);
          await anomaly.onTrainEnd?.(context);
        },
      };
    });
    expect(outcome).toMatchObject({ first: { name: "1.weight", count: 1 } });
  });
});
