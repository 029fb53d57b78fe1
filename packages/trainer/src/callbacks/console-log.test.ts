import { activateBackend, describeCallback } from "@kindling/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { formatValue } from "../format-epoch.ts";
import { consoleLog } from "../index.ts";

beforeAll(() => activateBackend("cpu"));

describeCallback("consoleLog", { make: () => consoleLog({ write() {} }) });

describe("consoleLog", () => {
  test("writes one line an epoch, and why the run stopped", () => {
    const lines: string[] = [];
    const callback = consoleLog({ write: (line) => lines.push(line) });
    const run = { epochs: 5, batches: 750, stop() {} };
    const metrics = { trainLoss: 0.31824, valLoss: 0.1093, valAccuracy: 0.9709 };
    callback.onEpochEnd?.({ ...run, epoch: 1, metrics, seconds: 12.44 });
    callback.onEpochEnd?.({ ...run, epochs: Infinity, epoch: 2, metrics: {}, seconds: 0 });
    callback.onTrainEnd?.({ ...run, stopReason: null });
    callback.onTrainEnd?.({ ...run, stopReason: "enough" });
    expect(lines).toEqual([
      "epoch 1/5 · trainLoss 0.3182 · valLoss 0.1093 · valAccuracy 0.9709 · 12.4 s",
      "epoch 2 · 0.0 s",
      "stopped: enough",
    ]);
  });

  test("shows values of every size", () => {
    const values = [0, 1, -0.5, 0.001, 0.000123, 123456, 2.5e9, Number.NaN, Infinity];
    expect(values.map(formatValue)).toEqual([
      "0.0000",
      "1.0000",
      "-0.5000",
      "0.0010",
      "1.23e-4",
      "123456.0000",
      "2.50e+9",
      "NaN",
      "Infinity",
    ]);
  });
});
