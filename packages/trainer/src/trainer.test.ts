import { activateBackend, describeOnBackends, expectClose, expectTensors } from "@kindling/testing";
import { dispose, type Tensor2D, tensor2d } from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Descent, LinearModel, Rows, SquaredError, SumOfOutputs } from "./fakes.ts";
import { type Batches, Trainer } from "./index.ts";

// float32 sums of a few values near 10.
const TOLERANCE = 1e-6;

/** The same training in float64: the mean loss of each epoch, weighted by batch size, and the weight. */
function reference(sizes: readonly number[], epochs: number, rate: number) {
  const w = [0, 0] as [number, number];
  const losses: number[] = [];
  const measure = (size: number) => {
    let loss = 0;
    const gradient = [0, 0] as [number, number];
    for (let row = 0; row < size; row++) {
      const error = w[0] + w[1] * row - (3 + 2 * row);
      loss += error ** 2 / size;
      gradient[0] += (2 * error) / size;
      gradient[1] += (2 * error * row) / size;
    }
    return { loss, gradient };
  };
  const samples = sizes.reduce((a, b) => a + b, 0);
  for (let epoch = 0; epoch < epochs; epoch++) {
    let total = 0;
    for (const size of sizes) {
      const { loss, gradient } = measure(size);
      total += loss * size;
      w[0] -= rate * gradient[0];
      w[1] -= rate * gradient[1];
    }
    losses.push(total / samples);
  }
  return { losses, w, loss: (size: number) => measure(size).loss };
}

describeOnBackends("Trainer", () => {
  let model: LinearModel;
  beforeEach(() => {
    model = new LinearModel();
  });
  afterEach(() => model.dispose());

  const makeTrainer = () =>
    new Trainer({ model, loss: new SquaredError(), optimizer: new Descent(model.weight) });

  test("trains as the same arithmetic in float64 does, a smaller last batch weighing less", async () => {
    const expected = reference([4, 4, 1], 3, 0.1);
    const history = await makeTrainer().fit(new Rows(4, 4, 1), {
      epochs: 3,
      validation: new Rows(3),
    });
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expectClose(
      history.map(({ trainLoss }) => trainLoss),
      expected.losses,
      { tolerance: TOLERANCE },
    );
    expectClose(model.weight, expected.w, { tolerance: TOLERANCE });
    expectClose([history[2]?.valLoss ?? Number.NaN], [expected.loss(3)], { tolerance: TOLERANCE });
    expect(history.every(({ seconds }) => seconds > 0)).toBe(true);
  });

  test("iterates each loader once an epoch, training first, in the matching mode", async () => {
    const order: string[] = [];
    const watch = (rows: Rows, name: string): Batches<readonly [Tensor2D, Tensor2D]> => ({
      length: rows.length,
      async *[Symbol.asyncIterator]() {
        order.push(`${name} while training=${model.training}`);
        yield* rows;
      },
    });
    await makeTrainer().fit(watch(new Rows(2, 2), "train"), {
      epochs: 2,
      validation: watch(new Rows(2), "validation"),
    });
    const epoch = ["train while training=true", "validation while training=false"];
    expect(order).toEqual([...epoch, ...epoch]);
    expect(model.modes).toEqual(["train", "eval", "train", "train", "eval", "train"]);
  });

  test("reports metrics of training and validation apart, and none of the training on demand", async () => {
    const total = new SumOfOutputs();
    const trainer = new Trainer({
      model,
      loss: new SquaredError(),
      optimizer: new Descent(model.weight, 0),
      metrics: { total },
    });
    model.weight.assign(tensor2d([[1], [1]]));
    const options = { epochs: 2, validation: new Rows(2) };
    const [first, second] = await trainer.fit(new Rows(3, 1), options);
    expect(first).toMatchObject({ trainTotal: 7, valTotal: 3 });
    expect(second).toMatchObject({ trainTotal: 7, valTotal: 3 });
    const [only] = await trainer.fit(new Rows(3, 1), {
      ...options,
      epochs: 1,
      trainMetrics: false,
    });
    expect(only).toMatchObject({ valTotal: 3 });
    expect(only && "trainTotal" in only).toBe(false);
    expect(await trainer.evaluate(new Rows(4, 4))).toMatchObject({ total: 20 });
    total.dispose();
  });

  test("leaves the tensor count alone, however many steps it takes", async () => {
    const total = new SumOfOutputs();
    const trainer = new Trainer({
      model,
      loss: new SquaredError(),
      optimizer: new Descent(model.weight),
      metrics: { total },
    });
    const rows = new Rows(4, 4, 3);
    await expectTensors(() => trainer.fit(rows, { epochs: 3, validation: rows }));
    await expectTensors(() => trainer.evaluate(rows));
    const outputs = await expectTensors(() => trainer.predict(rows), 3);
    dispose(outputs);
    expect(rows.closed).toBe(rows.opened);
    total.dispose();
  });
});

describe("Trainer, whatever the backend,", () => {
  beforeAll(() => activateBackend("cpu"));
  let model: LinearModel;
  beforeEach(() => {
    model = new LinearModel();
  });
  afterEach(() => model.dispose());

  const loss = new SquaredError();
  const makeTrainer = () => new Trainer({ model, loss, optimizer: new Descent(model.weight) });

  test("trains nothing for 0 epochs", async () => {
    const rows = new Rows(2);
    expect(await makeTrainer().fit(rows, { epochs: 0 })).toEqual([]);
    expect(rows.opened).toBe(0);
  });

  test("puts the model back in the mode it was in after evaluating and predicting", async () => {
    const trainer = makeTrainer();
    for (const mode of ["train", "eval"] as const) {
      model[mode]();
      await trainer.evaluate(new Rows(2));
      dispose(await trainer.predict(new Rows(2)));
      await expect(trainer.evaluate(new Rows())).rejects.toThrow("at least one batch");
      expect(model.training).toBe(mode === "train");
    }
  });

  test("keeps to its limits and closes the iterators that it leaves", async () => {
    const rows = new Rows(2, 2, 2, 2);
    const validation = new Rows(1, 1, 1);
    const steps: number[] = [];
    const trainer = new Trainer({
      model,
      loss,
      optimizer: new Descent(model.weight),
      callbacks: [
        { name: "count", onBatchEnd: ({ step, batches }) => void steps.push(step, batches) },
      ],
    });
    await trainer.fit(rows, {
      epochs: 2,
      validation,
      limitTrainBatches: 2,
      limitValidationBatches: 1,
    });
    expect(steps).toEqual([1, 2, 2, 2, 3, 2, 4, 2]);
    expect([rows.opened, rows.closed, validation.opened, validation.closed]).toEqual([2, 2, 2, 2]);
    const outputs = await trainer.predict(rows, { limitBatches: 3 });
    expect(outputs).toHaveLength(3);
    dispose(outputs);
  });

  test("trains on with a NaN loss, as PyTorch does, and reports it", async () => {
    model.weight.assign(tensor2d([[Number.NaN], [0]]));
    const history = await makeTrainer().fit(new Rows(2), { epochs: 2 });
    expect(history.map(({ trainLoss }) => trainLoss)).toEqual([Number.NaN, Number.NaN]);
  });

  test("lets timers run during an epoch", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const busy = () => {
      const end = performance.now() + 20;
      while (performance.now() < end);
    };
    const trainer = new Trainer({
      model,
      loss,
      optimizer: new Descent(model.weight),
      callbacks: [{ name: "busy", onBatchStart: busy }],
    });
    await trainer.fit(new Rows(...Array<number>(15).fill(1)), { epochs: 1 });
    clearInterval(timer);
    expect(ticks).toBeGreaterThanOrEqual(3);
  });
});
