import { activateBackend, describeCallback } from "@kindling/testing";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type TimeLimitOptions, timeLimit } from "../index.ts";

beforeAll(() => activateBackend("cpu"));

describeCallback("timeLimit", {
  isTimed: true,
  make: () => timeLimit({ seconds: 3600 }),
});

describe("timeLimit", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
  afterEach(() => void vi.useRealTimers());

  const reasons: string[] = [];
  beforeEach(() => void reasons.splice(0));
  const run = { epochs: 9, batches: 3, stop: (reason: string) => void reasons.push(reason) };
  const start = { ...run, higherIsBetter: {} };
  const batch = { ...run, epoch: 1, batch: 1, step: 1, loss: async () => 0 };
  const epoch = { ...run, epoch: 1, metrics: {}, seconds: 1 };
  const started = (options: TimeLimitOptions) => {
    const callback = timeLimit(options);
    callback.onTrainStart?.(start);
    return callback;
  };

  test("stops after the step in which the time is over", () => {
    const callback = started({ seconds: 10 });
    vi.advanceTimersByTime(9_999);
    callback.onBatchEnd?.(batch);
    expect(reasons).toEqual([]);
    vi.advanceTimersByTime(1);
    callback.onBatchEnd?.(batch);
    expect(reasons).toEqual(["the time limit of 10 s is over"]);
  });

  test("stops after the epoch only, when told so", () => {
    const callback = started({ seconds: 10, every: "epoch" });
    vi.advanceTimersByTime(10_000);
    callback.onBatchEnd?.(batch);
    expect(reasons).toEqual([]);
    callback.onEpochEnd?.(epoch);
    expect(reasons).toHaveLength(1);
  });

  test("counts the time of the runs that it goes on from", () => {
    const first = started({ seconds: 10 });
    vi.advanceTimersByTime(6_000);
    const state = JSON.parse(JSON.stringify(first.state()));
    expect(state).toEqual({ elapsedSeconds: 6 });
    vi.advanceTimersByTime(60_000);
    const second = started({ seconds: 10 });
    second.restore(state);
    vi.advanceTimersByTime(3_999);
    second.onBatchEnd?.(batch);
    expect(reasons).toEqual([]);
    vi.advanceTimersByTime(1);
    second.onBatchEnd?.(batch);
    expect(reasons).toHaveLength(1);
    second.onTrainEnd?.({ ...run, stopReason: null });
    second.onTrainStart?.(start);
    second.onBatchEnd?.(batch);
    expect(reasons).toHaveLength(1);
  });

  test("rejects what is no time", () => {
    for (const seconds of [0, -1, Number.NaN]) {
      expect(() => timeLimit({ seconds })).toThrow(
        `timeLimit: expected seconds above 0, got ${seconds}`,
      );
    }
  });
});
