import { Linear, MSELoss } from "@kindling/layers";
import { SGD } from "@kindling/optim";
import { describeOnBackends, expectClose, expectTensors, values } from "@kindling/testing";
import {
  dispose,
  type Scalar,
  slice,
  sum,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
} from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LinearModel, Rows, SquaredError } from "./fakes.ts";
import { accumulateGradients, type Callback, Trainer } from "./index.ts";

/** Means of float32 gradients near 1, summed in another order. */
const TOLERANCE = 1e-6;

describeOnBackends("accumulateGradients", () => {
  let model: Linear;
  let optimizer: SGD;
  let start: { readonly weight: number[]; readonly bias: number[] };
  let [x, y]: Tensor2D[] = [];
  const criterion = new MSELoss();
  beforeEach(() => {
    model = new Linear(2, 1);
    // Not Adam, which does not mind the gradients' scale.
    optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
    start = read();
    x = tensor2d(Array.from({ length: 12 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]));
    y = tensor2d(Array.from({ length: 12 }, (_, i) => [Math.sin(2 * i)]));
  });
  afterEach(() => {
    optimizer.dispose();
    model.dispose();
    dispose([x as Tensor2D, y as Tensor2D]);
  });

  const read = () => ({
    weight: values(model.weight),
    bias: model.bias === null ? [] : values(model.bias),
  });
  const reset = (): void => {
    optimizer.dispose();
    tidy(() => {
      model.weight.assign(tensor2d(start.weight, [1, 2]));
      model.bias?.assign(tensor1d(start.bias));
    });
  };
  /** The loss of some rows. */
  const rows = (from: number, count: number) => (): Scalar =>
    criterion.forward(
      model.forward(slice(x as Tensor2D, [from, 0], [count, 2])),
      slice(y as Tensor2D, [from, 0], [count, 1]),
    );
  const expectWeights = (expected: ReturnType<typeof read>): void => {
    const received = read();
    expectClose(received.weight, expected.weight, { tolerance: TOLERANCE });
    expectClose(received.bias, expected.bias, { tolerance: TOLERANCE });
  };

  test("makes of three small batches the update of a large one, each time", async () => {
    for (const from of [0, 6]) optimizer.step(rows(from, 6)).dispose();
    const expected = read();
    reset();
    const accumulated = accumulateGradients(optimizer, { steps: 3 });
    await expectTensors(() => {
      for (const from of [0, 2, 4]) accumulated.step(rows(from, 2)).dispose();
      optimizer.dispose();
    });
    reset();
    for (const from of [0, 2, 4, 6, 8, 10]) accumulated.step(rows(from, 2)).dispose();
    expectWeights(expected);
  });

  test("updates at every n-th step only, and says how often", () => {
    const accumulated = accumulateGradients(optimizer, { steps: 2 });
    const counts = [0, 2, 4, 6, 8].map((from) => {
      const before = read();
      accumulated.step(rows(from, 2)).dispose();
      return [accumulated.updates, read().weight[0] !== before.weight[0]];
    });
    expect(counts).toEqual([
      [0, false],
      [1, true],
      [1, false],
      [2, true],
      [2, false],
    ]);
    accumulated.discard();
  });

  test("updates with the mean of what is left when flushed, once", async () => {
    optimizer.step(rows(0, 4)).dispose();
    const expected = read();
    reset();
    const accumulated = accumulateGradients(optimizer, { steps: 5 });
    await expectTensors(() => {
      accumulated.step(rows(0, 2)).dispose();
      accumulated.step(rows(2, 2)).dispose();
      accumulated.flush();
      accumulated.flush();
      optimizer.dispose();
    });
    expectWeights(expected);
    expect(accumulated.updates).toBe(1);
  });

  test("returns each step's loss, also within a tidy", () => {
    const accumulated = accumulateGradients(optimizer, { steps: 2 });
    const losses = tidy(() => [0, 6].map((from) => values(accumulated.step(rows(from, 6)))[0]));
    reset();
    accumulated.discard();
    expect(losses[0]).toBeCloseTo(values(tidy(rows(0, 6)))[0] as number, 6);
    expect(accumulated.updates).toBe(1);
  });

  test("forgets what it has when it is told to", async () => {
    const accumulated = accumulateGradients(optimizer, { steps: 2 });
    await expectTensors(() => {
      accumulated.step(rows(0, 2)).dispose();
      accumulated.discard();
      accumulated.flush();
    });
    expect(read()).toEqual(start);
  });

  test("goes on from its state between two updates", async () => {
    for (const from of [0, 6]) optimizer.step(rows(from, 6)).dispose();
    const expected = read();
    reset();
    const first = accumulateGradients(optimizer, { steps: 3 });
    for (const from of [0, 2, 4, 6]) first.step(rows(from, 2)).dispose();
    const state = structuredClone(await first.state());
    expect([state.updates, state.count, state.sums.length]).toEqual([1, 1, 2]);
    first.discard();
    const second = accumulateGradients(optimizer, { steps: 3 });
    await expectTensors(() => {
      second.restore(state);
      second.restore(state);
      for (const from of [8, 10]) second.step(rows(from, 2)).dispose();
    });
    expectWeights(expected);
    expect(second.updates).toBe(2);
  });

  test("leaks nothing and counts nothing when a step throws", async () => {
    const accumulated = accumulateGradients(optimizer, { steps: 2 });
    await expectTensors(() => {
      accumulated.step(rows(0, 2)).dispose();
      const failing = () => {
        rows(2, 2)();
        throw new Error("no");
      };
      expect(() => accumulated.step(failing)).toThrow("no");
      const remove = optimizer.registerGradientHook(() => {
        throw new Error("in a hook");
      });
      expect(() => accumulated.step(rows(2, 2))).toThrow("in a hook");
      remove();
    });
    expect(accumulated.updates).toBe(0);
  });
});

describe("accumulateGradients", () => {
  test("averages over all steps a parameter that some do not depend on", () => {
    const seen: unknown[] = [];
    const given = [[2], [4]];
    const fake = {
      backward: (closure: () => Scalar) => {
        const value = given.shift();
        const gradients = [value === undefined || value[0] === 2 ? null : tensor2d([value]), null];
        return { loss: closure(), gradients };
      },
      update: (gradients: readonly unknown[]) => {
        seen.push(...gradients.map((gradient) => gradient && values(gradient as Tensor2D)));
        dispose(gradients.filter((gradient) => gradient !== null) as Tensor2D[]);
      },
    };
    const accumulated = accumulateGradients(fake, { steps: 2 });
    for (let i = 0; i < 2; i++) accumulated.step(() => sum(tensor2d([[1]]))).dispose();
    expect(seen).toEqual([[2], null]);
  });

  test("rejects what is no number of steps", () => {
    const optimizer = { backward: () => ({}) as never, update() {} };
    for (const steps of [0, 1.5, Number.POSITIVE_INFINITY]) {
      expect(() => accumulateGradients(optimizer, { steps })).toThrow(
        `accumulateGradients: expected steps to be an integer from 1, got ${steps}`,
      );
    }
  });
});

describe("accumulateGradients in fit", () => {
  /** Trains on five batches, with an update at every third, until `callback` ends it. */
  const train = async (callback: Callback): Promise<{ updates: number; error: unknown }> => {
    const model = new LinearModel();
    const optimizer = new SGD([model.weight], { lr: 0.01 });
    const accumulated = accumulateGradients(optimizer, { steps: 3 });
    const trainer = new Trainer({
      model,
      loss: new SquaredError(),
      optimizer: accumulated,
      callbacks: [callback],
    });
    const error = await expectTensors(() =>
      trainer.fit(new Rows(1, 1, 1, 1, 1), { epochs: 1 }).then(
        () => null,
        (reason: unknown) => reason,
      ),
    );
    model.dispose();
    return { updates: accumulated.updates, error };
  };

  test("updates with what is left over at an epoch's end, and when the run is stopped", async () => {
    expect(await train({ name: "none" })).toEqual({ updates: 2, error: null });
    const stop: Callback = {
      name: "stop",
      onBatchEnd: ({ step, stop }) => void (step === 4 && stop("enough")),
    };
    expect(await train(stop)).toEqual({ updates: 2, error: null });
  });

  test("drops it when the run fails, for a next run to begin with nothing", async () => {
    const fail: Callback = {
      name: "fail",
      onBatchEnd({ step }) {
        if (step === 4) throw new Error("failed");
      },
    };
    expect(await train(fail)).toMatchObject({ updates: 1, error: { name: "CallbackError" } });
  });
});
