import { ArgumentError } from "@kindling/core";
import { activateBackend, expectTensors } from "@kindling/testing";
import { square, type Tensor2D } from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Descent, LinearModel, type Pair, Rows, SquaredError, SumOfOutputs } from "./fakes.ts";
import { type Batches, type Callback, CallbackError, Trainer } from "./index.ts";

beforeAll(() => activateBackend("cpu"));

describe("Trainer, when something fails", () => {
  let model: LinearModel;
  let total: SumOfOutputs;
  beforeEach(() => {
    model = new LinearModel();
    total = new SumOfOutputs();
  });
  afterEach(() => {
    model.dispose();
    total.dispose();
  });

  const boom = new Error("boom");
  const fail = (): never => {
    throw boom;
  };
  /** Fails at the given call, counted from 1. */
  const failAt = (call: number) => {
    let calls = 0;
    return () => (++calls === call ? fail() : undefined);
  };

  interface Broken {
    readonly onForward?: () => void;
    readonly onLoss?: () => void;
    readonly onUpdate?: () => void;
    readonly callbacks?: readonly Callback[];
  }

  const makeTrainer = ({ onForward, onLoss, onUpdate, callbacks = [] }: Broken = {}) => {
    const squaredError = new SquaredError();
    return new Trainer({
      model: {
        get training() {
          return model.training;
        },
        train: () => model.train(),
        eval: () => model.eval(),
        forward: (x: Tensor2D) => {
          const y = square(model.forward(x));
          onForward?.();
          return y;
        },
      },
      loss: {
        forward: (output: Tensor2D, target: Tensor2D) => {
          const loss = squaredError.forward(output, target);
          onLoss?.();
          return loss;
        },
      },
      optimizer: new Descent(model.weight),
      metrics: {
        total: {
          name: "total",
          higherIsBetter: null,
          update: (output: Tensor2D, target: Tensor2D) => {
            total.update(square(output), target);
            onUpdate?.();
          },
          compute: () => total.compute(),
          reset: () => total.reset(),
        },
      },
      callbacks,
    });
  };

  const cases: Record<string, Broken> = {
    "the model in the first step": { onForward: failAt(1) },
    "the model in a later step": { onForward: failAt(2) },
    "the model in validation": { onForward: failAt(5) },
    "the loss in a step": { onLoss: failAt(2) },
    "the loss in validation": { onLoss: failAt(4) },
    "a metric in a step": { onUpdate: failAt(2) },
    "a metric in validation": { onUpdate: failAt(5) },
  };
  for (const [what, broken] of Object.entries(cases)) {
    test(`throws the error of ${what} unchanged, leaks nothing, closes the loaders`, async () => {
      const rows = new Rows(2, 2, 2);
      const validation = new Rows(2, 2, 2);
      const trainer = makeTrainer(broken);
      await expectTensors(() =>
        expect(trainer.fit(rows, { epochs: 2, validation })).rejects.toBe(boom),
      );
      expect(rows.closed).toBe(rows.opened);
      expect(validation.closed).toBe(validation.opened);
      // And it is usable afterwards.
      await expectTensors(() => trainer.fit(rows, { epochs: 1, validation }));
    });
  }

  for (const hook of ["onTrainStart", "onEpochStart", "onBatchStart", "onBatchEnd"] as const) {
    test(`names the callback whose ${hook} throws`, async () => {
      const rows = new Rows(2, 2);
      const trainer = makeTrainer({ callbacks: [{ name: "mine", [hook]: failAt(1) }] });
      const error = await expectTensors(() =>
        trainer.fit(rows, { epochs: 1 }).catch((reason: unknown) => reason),
      );
      expect(error).toBeInstanceOf(CallbackError);
      expect(error).toMatchObject({
        message: `Trainer: callback "mine" failed in ${hook}: boom`,
        cause: boom,
      });
      expect(rows.closed).toBe(rows.opened);
    });
  }

  test("throws a loader's error unchanged, in fit, evaluate and predict", async () => {
    const loader: Batches<Pair> = {
      length: 2,
      async *[Symbol.asyncIterator]() {
        yield* new Rows(2);
        fail();
      },
    };
    const trainer = makeTrainer();
    await expectTensors(async () => {
      await expect(trainer.fit(loader, { epochs: 1 })).rejects.toBe(boom);
      await expect(trainer.evaluate(loader)).rejects.toBe(boom);
      await expect(trainer.predict(loader)).rejects.toBe(boom);
    });
  });

  test("says which argument is wrong, before it starts", async () => {
    const started: string[] = [];
    const trainer = makeTrainer({
      callbacks: [{ name: "spy", onTrainStart: () => void started.push("started") }],
    });
    for (const epochs of [-1, 0.5, Number.NaN, Number.NEGATIVE_INFINITY]) {
      await expect(trainer.fit(new Rows(2), { epochs })).rejects.toThrow(
        `Trainer.fit: expected epochs to be an integer from 0 or Infinity, got ${epochs}`,
      );
    }
    for (const limit of [0, -3, 1.5, Number.NaN]) {
      const message = `to be a positive integer, got ${limit}`;
      const rows = new Rows(2);
      await expect(trainer.fit(rows, { epochs: 1, limitTrainBatches: limit })).rejects.toThrow(
        message,
      );
      await expect(trainer.fit(rows, { epochs: 1, limitValidationBatches: limit })).rejects.toThrow(
        message,
      );
      await expect(trainer.evaluate(rows, { limitBatches: limit })).rejects.toThrow(message);
      await expect(trainer.predict(rows, { limitBatches: limit })).rejects.toThrow(message);
      expect(rows.opened).toBe(0);
    }
    expect(started).toEqual([]);
    const { forward, train, eval: evaluate } = model;
    const noOptimizer = new Trainer({
      model: { forward, train, eval: evaluate, training: true },
      loss: new SquaredError(),
    });
    await expect(noOptimizer.fit(new Rows(2), { epochs: 1 })).rejects.toThrow(
      "Trainer.fit: expected an optimizer, got none",
    );
    expect(
      () => new Trainer({ model, loss: new SquaredError(), metrics: { loss: total } }),
    ).toThrow(ArgumentError);
  });

  test("says so when a loader is empty or cannot be iterated again", async () => {
    const trainer = makeTrainer();
    await expectTensors(async () => {
      await expect(trainer.fit(new Rows(), { epochs: 1 })).rejects.toThrow(
        "Trainer.fit: expected at least one batch, got none (the loader's length is 0)",
      );
      await expect(trainer.fit(new Rows(1), { epochs: 1, validation: new Rows() })).rejects.toThrow(
        "Trainer.fit, validation: expected at least one batch",
      );
      await expect(trainer.evaluate(new Rows())).rejects.toThrow(ArgumentError);
      await expect(trainer.predict(new Rows())).rejects.toThrow(ArgumentError);
      const once = Object.assign(new Rows(2)[Symbol.asyncIterator](), { length: 1 });
      await expect(trainer.fit(once, { epochs: 2 })).rejects.toThrow("again each epoch");
    });
  });

  test("says so when a batch is not a pair", async () => {
    const triples = {
      length: 1,
      async *[Symbol.asyncIterator]() {
        for await (const [x, y] of new Rows(2)) yield [x, y, y];
      },
    };
    await expect(
      makeTrainer().fit(triples as unknown as Batches<Pair>, { epochs: 1 }),
    ).rejects.toThrow("expected batches of [input, target], got an array of 3");
  });

  test("refuses an evaluation in the middle of an epoch, and allows it at its end", async () => {
    const evaluate = (trainer: { evaluate(rows: Rows): Promise<object> }) => async () => {
      await trainer.evaluate(new Rows(1));
    };
    const callbacks: Callback[] = [];
    const trainer = makeTrainer({ callbacks });
    callbacks.push({ name: "atEnd", onEpochEnd: evaluate(trainer) });
    await trainer.fit(new Rows(2), { epochs: 2 });
    callbacks.push({ name: "between", onBatchEnd: evaluate(trainer) });
    await expect(trainer.fit(new Rows(2), { epochs: 1 })).rejects.toThrow(
      'callback "between" failed in onBatchEnd: Trainer.evaluate: expected nothing else to be running',
    );
  });

  test("ends with the signal's reason, in every pass, and leaks nothing", async () => {
    const controller = new AbortController();
    const rows = new Rows(2, 2, 2);
    const steps: number[] = [];
    const callbacks: Callback[] = [
      {
        name: "abort",
        onBatchEnd({ step }) {
          steps.push(step);
          if (step === 2) controller.abort(boom);
        },
      },
    ];
    const { signal } = controller;
    const trainer = makeTrainer({ callbacks });
    await expectTensors(async () => {
      await expect(trainer.fit(rows, { epochs: 5, signal })).rejects.toBe(boom);
      await expect(trainer.evaluate(rows, { signal })).rejects.toBe(boom);
      await expect(trainer.predict(rows, { signal })).rejects.toBe(boom);
    });
    expect(steps).toEqual([1, 2]);
    expect(rows.opened).toBe(1);
    expect(rows.closed).toBe(1);
  });
});
