import { ReduceLROnPlateau, SGD, StepLR } from "@kindling/optim";
import { activateBackend, describeCallback } from "@kindling/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { LinearModel, Rows, SquaredError } from "../fakes.ts";
import { learningRateMonitor, schedule, Trainer } from "../index.ts";

beforeAll(() => activateBackend("cpu"));

describeCallback("schedule", { make: () => schedule({ step() {} }) });
describeCallback("schedule", {
  make: () => schedule({ step(_metric: number) {} }, { monitor: "valLoss" }),
});

describe("schedule", () => {
  const run = { epochs: 2, batches: 2, stop() {} };
  const metrics = { trainLoss: 0.5, valLoss: 0.25 };

  /** Plays two epochs of two steps, with what happens between an epoch's last step and its end. */
  const play = (callback: ReturnType<typeof schedule>, beforeEnd = () => {}): void => {
    let step = 0;
    const loss = async () => 0;
    callback.onTrainStart?.({ ...run, higherIsBetter: {} });
    for (const epoch of [1, 2]) {
      for (const batch of [1, 2]) {
        callback.onBatchEnd?.({ ...run, epoch, batch, step: ++step, loss });
      }
      beforeEnd();
      callback.onEpochEnd?.({ ...run, epoch, metrics, seconds: 1 });
    }
  };
  const counter = () => {
    const calls: unknown[][] = [];
    return { calls, step: (...parameters: unknown[]) => void calls.push(parameters) };
  };

  test("steps after each epoch", () => {
    const scheduler = counter();
    play(schedule(scheduler));
    expect(scheduler.calls).toEqual([[], []]);
  });

  test("steps after each step", () => {
    const scheduler = counter();
    play(schedule(scheduler, { every: "step" }));
    expect(scheduler.calls).toHaveLength(4);
  });

  test("counts an optimizer's updates rather than steps, and one after the last step", () => {
    const [scheduler, optimizer] = [counter(), { updates: 7 }];
    const callback = schedule(scheduler, { every: "step", updatesOf: optimizer });
    play(callback);
    expect(scheduler.calls).toHaveLength(0);
    play(callback, () => void optimizer.updates++);
    expect(scheduler.calls).toHaveLength(2);
  });

  test("hands the metric on", () => {
    const scheduler = counter();
    play(schedule(scheduler, { monitor: "valLoss" }));
    expect(scheduler.calls).toEqual([[0.25], [0.25]]);
    expect(() => play(schedule(scheduler, { monitor: "valAccuracy" }))).toThrow(
      'schedule: expected a metric "valAccuracy", got none; this run reports trainLoss, valLoss',
    );
  });

  test("drives the schedules of @kindling/optim", async () => {
    const model = new LinearModel();
    const optimizer = new SGD([model.weight], { lr: 0.08 });
    const rates = learningRateMonitor(optimizer);
    const trainer = new Trainer({
      model,
      loss: new SquaredError(),
      optimizer,
      callbacks: [
        schedule(new StepLR(optimizer, 2, { gamma: 0.5 })),
        // No improvement is a hundredfold: it reduces after each epoch but the first.
        schedule(new ReduceLROnPlateau(optimizer, { patience: 0, threshold: 0.99, factor: 0.5 }), {
          monitor: "trainLoss",
        }),
        rates,
      ],
    });
    await trainer.fit(new Rows(1, 1), { epochs: 4 });
    expect(rates.records.map(({ rates: [lr] }) => lr)).toEqual([0.08, 0.08, 0.02, 0.01]);
    model.dispose();
  });

  test("saves the scheduler's memory, where it has one", () => {
    const made: unknown[] = [];
    const scheduler = {
      step() {},
      stateDict: () => ({ last_epoch: 3 }),
      loadStateDict: (state: { readonly last_epoch: number }) => void made.push(state),
    };
    const callback = schedule(scheduler);
    expect(callback.state()).toEqual({ last_epoch: 3 });
    callback.restore(JSON.parse(JSON.stringify(callback.state())));
    expect(made).toEqual([{ last_epoch: 3 }]);
    const plain = schedule(counter());
    plain.restore(plain.state());
    expect(plain.state()).toBe(null);
  });

  test("rejects options that exclude each other", () => {
    const [scheduler, updatesOf] = [counter(), { updates: 0 }];
    const both = { every: "step", monitor: "valLoss" } as { monitor: string };
    expect(() => schedule(scheduler, both)).toThrow('got monitor "valLoss" with every: "step"');
    expect(() => schedule(scheduler, { updatesOf })).toThrow("expected updatesOf with every");
  });

  test("does not compile without the metric that a scheduler needs", () => {
    const plateau = { step: (_metric: number) => {} };
    // @ts-expect-error it steps by a metric
    schedule(plateau);
    schedule(plateau, { monitor: "valLoss" });
    const optimizer = { paramGroups: [{ lr: 0.1 }] };
    // @ts-expect-error and so does that of @kindling/optim
    expect(() => schedule(new ReduceLROnPlateau(optimizer))).not.toThrow();
  });
});
