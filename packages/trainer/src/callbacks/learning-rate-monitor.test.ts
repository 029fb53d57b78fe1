import { activateBackend, describeCallback } from "@kindling/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { Descent, LinearModel, Rows, SquaredError } from "../fakes.ts";
import { type LearningRateMonitorOptions, learningRateMonitor, Trainer } from "../index.ts";

beforeAll(() => activateBackend("cpu"));

describeCallback("learningRateMonitor", {
  make: () => learningRateMonitor({ paramGroups: [{ lr: 0.1 }] }),
});

describe("learningRateMonitor", () => {
  /** Two epochs of two steps; both rates are halved after each step. */
  const train = async (options?: LearningRateMonitorOptions) => {
    const paramGroups = [{ lr: 0.8 }, { lr: 0.08 }];
    const monitor = learningRateMonitor({ paramGroups }, options);
    const model = new LinearModel();
    const halve = {
      name: "halve",
      onBatchEnd: () => {
        for (const group of paramGroups) group.lr /= 2;
      },
    };
    await new Trainer({
      model,
      loss: new SquaredError(),
      optimizer: new Descent(model.weight),
      callbacks: [halve, monitor],
    }).fit(new Rows(1, 1), { epochs: 2 });
    model.dispose();
    return monitor.records;
  };

  test("records what each epoch starts with, by group", async () => {
    expect(await train()).toEqual([
      { epoch: 1, step: null, rates: [0.8, 0.08] },
      { epoch: 2, step: null, rates: [0.2, 0.02] },
    ]);
  });

  test("records what each step uses", async () => {
    expect(await train({ every: "step" })).toEqual([
      { epoch: 1, step: 1, rates: [0.8, 0.08] },
      { epoch: 1, step: 2, rates: [0.4, 0.04] },
      { epoch: 2, step: 3, rates: [0.2, 0.02] },
      { epoch: 2, step: 4, rates: [0.1, 0.01] },
    ]);
  });

  test("gives each record to the sink as it is made", async () => {
    const seen: unknown[] = [];
    const records = await train({ sink: (record) => seen.push(record) });
    expect(seen).toEqual(records);
  });
});
