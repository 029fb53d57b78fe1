import { BatchNorm1d } from "@kindling/layers";
import {
  activateBackend,
  describeCallback,
  describeOnBackends,
  expectTensors,
  values,
} from "@kindling/testing";
import { type Tensor, tensor1d, tidy } from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { earlyStopping } from "../index.ts";

beforeAll(() => activateBackend("cpu"));

describeCallback("earlyStopping", { make: () => earlyStopping() });

describe("earlyStopping with restoreBest", () => {
  let model: BatchNorm1d;
  beforeAll(() => {
    model = new BatchNorm1d(2);
  });
  afterAll(() => model.dispose());
  describeCallback("earlyStopping", { make: () => earlyStopping({ restoreBest: model }) });
});

describe("earlyStopping", () => {
  /** Feeds a callback one value an epoch; returns the reason it stopped for, if it did. */
  const feed = (
    options: Parameters<typeof earlyStopping>[0],
    values: readonly number[],
    higherIsBetter: Record<string, boolean | null> = { valLoss: false },
  ): string | null => {
    const callback = earlyStopping(options);
    const reasons: string[] = [];
    const stop = (reason: string) => void reasons.push(reason);
    const run = { epochs: values.length, batches: 1, stop };
    callback.onTrainStart?.({ ...run, higherIsBetter });
    values.forEach((value, i) => {
      if (reasons.length > 0) return;
      const metrics = { trainLoss: 1, [options?.monitor ?? "valLoss"]: value };
      callback.onEpochEnd?.({ ...run, epoch: i + 1, metrics, seconds: 1 });
    });
    return reasons[0] ?? null;
  };

  test("stops after `patience` epochs without improvement", () => {
    expect(feed({ patience: 2 }, [3, 2, 2.5, 2])).toBe(
      "valLoss has not improved for 2 epochs (epoch 4)",
    );
    expect(feed({ patience: 1 }, [3, 3])).toBe("valLoss has not improved for 1 epoch (epoch 2)");
    expect(feed({ patience: 2 }, [3, 2, 2.5, 1.9, 2, 1.8])).toBe(null);
  });

  test("does not count an improvement up to minDelta", () => {
    expect(feed({ patience: 2, minDelta: 0.5 }, [3, 2.5, 2.5])).toContain("epoch 3");
    expect(feed({ patience: 2, minDelta: 0.5 }, [3, 2.4, 1.8])).toBe(null);
  });

  test("takes the direction from the metric, unless told", () => {
    const monitor = "valAccuracy";
    const rising = [0.1, 0.2, 0.3];
    expect(feed({ monitor, patience: 1 }, rising, { valAccuracy: true })).toBe(null);
    expect(feed({ monitor, patience: 1, mode: "min" }, rising, { valAccuracy: true })).toContain(
      "2",
    );
    expect(feed({ monitor, patience: 1, mode: "max" }, rising, { valAccuracy: null })).toBe(null);
    expect(() => feed({ monitor }, rising, { valAccuracy: null })).toThrow(
      'earlyStopping: expected a mode for "valAccuracy", got none',
    );
  });

  test("takes NaN for no improvement, and infinity for none over nothing", () => {
    expect(feed({ patience: 2 }, [Number.NaN, Number.NaN])).toContain("epoch 2");
    expect(feed({ patience: 2 }, [Number.POSITIVE_INFINITY, 1, Number.NaN, 0.5])).toBe(null);
  });

  test("says what a run reports when it lacks the metric", () => {
    const callback = earlyStopping();
    const stop = () => {};
    expect(() =>
      callback.onEpochEnd?.({
        epochs: 1,
        batches: 1,
        stop,
        epoch: 1,
        metrics: { trainLoss: 1, trainAccuracy: 0 },
        seconds: 1,
      }),
    ).toThrow('expected a metric "valLoss", got none; this run reports trainLoss, trainAccuracy');
  });

  test("rejects options out of range", () => {
    for (const patience of [0, -1, 1.5, Number.NaN]) {
      expect(() => earlyStopping({ patience })).toThrow(`got ${patience}`);
    }
    for (const minDelta of [-0.1, Number.NaN]) {
      expect(() => earlyStopping({ minDelta })).toThrow(`got ${minDelta}`);
    }
  });
});

describeOnBackends("earlyStopping, restoring the best weights,", () => {
  const run = { epochs: 9, batches: 1, stop() {} };
  const end = { ...run, stopReason: null };
  const started = { ...run, higherIsBetter: { valLoss: false } };

  /** The model's first parameter and first buffer, filled with a number. */
  const set = (model: BatchNorm1d, value: number): void => {
    for (const variable of [model.weight, model.runningMean]) {
      tidy(() => variable?.assign(tensor1d([value, value])));
    }
  };
  const get = (model: BatchNorm1d): number[] =>
    [model.weight, model.runningMean].map((variable) => values(variable as Tensor)[0] as number);

  /** Epochs at which the model's weights are 1, 2, …, from the given one on. */
  const epochs = (
    callback: ReturnType<typeof earlyStopping>,
    model: BatchNorm1d,
    losses: readonly number[],
    first = 1,
  ): void => {
    losses.forEach((valLoss, i) => {
      set(model, first + i);
      callback.onEpochEnd?.({ ...run, epoch: first + i, metrics: { valLoss }, seconds: 1 });
    });
  };

  test("gives the model its best epoch's parameters and buffers at the run's end", async () => {
    const model = new BatchNorm1d(2);
    await expectTensors(() => {
      const callback = earlyStopping({ restoreBest: model });
      callback.onTrainStart?.(started);
      epochs(callback, model, [3, 1, 2]);
      expect(get(model)).toEqual([3, 3]);
      callback.onTrainEnd?.(end);
    });
    expect(get(model)).toEqual([2, 2]);
    model.dispose();
  });

  test("leaves the model alone without it, and after an error", async () => {
    const model = new BatchNorm1d(2);
    for (const [options, fails] of [
      [{}, false] as const,
      [{ restoreBest: model }, true] as const,
    ]) {
      await expectTensors(() => {
        const callback = earlyStopping(options);
        callback.onTrainStart?.(started);
        epochs(callback, model, [3, 1, 2]);
        if (fails) callback.onError?.({ ...run, error: new Error("no") });
        callback.onTrainEnd?.(end);
      });
      expect(get(model)).toEqual([3, 3]);
    }
    model.dispose();
  });

  test("goes on from its state", async () => {
    const model = new BatchNorm1d(2);
    const first = earlyStopping({ restoreBest: model, patience: 2 });
    first.onTrainStart?.(started);
    epochs(first, model, [3, 1, 2]);
    const saved = structuredClone(await first.state());
    expect(saved).toMatchObject({ best: 1, waited: 1 });
    first.onTrainEnd?.(end);

    const reasons: string[] = [];
    const stop = (reason: string) => void reasons.push(reason);
    await expectTensors(() => {
      const second = earlyStopping({ restoreBest: model, patience: 2 });
      second.onTrainStart?.(started);
      second.restore(saved);
      set(model, 4);
      second.onEpochEnd?.({ ...run, stop, epoch: 4, metrics: { valLoss: 1.5 }, seconds: 1 });
      second.onTrainEnd?.(end);
      expect(reasons).toEqual(["valLoss has not improved for 2 epochs (epoch 4)"]);
      expect(get(model)).toEqual([2, 2]);
      // The state was for that run alone.
      second.onTrainStart?.(started);
      set(model, 5);
      second.onEpochEnd?.({ ...run, stop, epoch: 1, metrics: { valLoss: 9 }, seconds: 1 });
      second.onTrainEnd?.(end);
    });
    expect(reasons).toHaveLength(1);
    expect(get(model)).toEqual([5, 5]);
    model.dispose();
  });

  test("refuses a state of another model, and says so", async () => {
    const [model, other] = [new BatchNorm1d(2), new BatchNorm1d(3)];
    const callback = earlyStopping({ restoreBest: model });
    callback.onTrainStart?.(started);
    epochs(callback, model, [1]);
    const state = await callback.state();
    callback.onTrainEnd?.(end);
    await expectTensors(() => {
      expect(() => earlyStopping({ restoreBest: other }).restore(state)).toThrow(
        "earlyStopping: expected weights of shapes [3] [3] [3] [3] [], got [2] [2] [2] [2] []",
      );
    });
    model.dispose();
    other.dispose();
  });
});
