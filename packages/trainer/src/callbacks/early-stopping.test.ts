import { activateBackend, describeCallback } from "@kindling/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { earlyStopping } from "../index.ts";

beforeAll(() => activateBackend("cpu"));

describeCallback("earlyStopping", { make: () => earlyStopping() });

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
