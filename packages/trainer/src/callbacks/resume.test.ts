import { manualSeed } from "@kindling/core";
import { DataLoader, TensorDataset } from "@kindling/datasets";
import { BatchNorm1d, Dropout, Linear, MSELoss, Sequential } from "@kindling/layers";
import { Adam, ExponentialLR, ReduceLROnPlateau } from "@kindling/optim";
import { describeOnBackends, expectTensors } from "@kindling/testing";
import { tensor2d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import {
  accumulateGradients,
  type Callback,
  type CheckpointContext,
  clipGradients,
  earlyStopping,
  ema,
  schedule,
  stopOnNaN,
  swa,
  Trainer,
  timeLimit,
} from "../index.ts";

/** A run of three epochs of five steps, all of its parts made anew from a seed. */
function setUp() {
  manualSeed(3);
  const model = new Sequential(
    new Linear(2, 6),
    new BatchNorm1d(6),
    new Dropout(0.2),
    new Linear(6, 1),
  );
  const optimizer = new Adam(model.parameters(), { lr: 0.05 });
  const accumulated = accumulateGradients(optimizer, { steps: 2 });
  const x = tensor2d(Array.from({ length: 20 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]));
  const y = tensor2d(Array.from({ length: 20 }, (_, i) => [Math.sin(2 * i)]));
  const data = new TensorDataset(x, y);
  const average = ema(model, { decay: 0.8, every: 2, updatesOf: accumulated, useBuffers: true });
  const callbacks = [
    stopOnNaN({ every: 2, model, optimizer }),
    clipGradients(optimizer, { maxNorm: 0.5 }),
    average,
    swa(model, { startEpoch: 1, atEnd: "trained" }),
    schedule(new ExponentialLR(optimizer, 0.9), { every: "step", updatesOf: accumulated }),
    schedule(new ReduceLROnPlateau(optimizer, { patience: 0, threshold: 0.5 }), {
      monitor: "valLoss",
    }),
    earlyStopping({ patience: 3 }),
    timeLimit({ seconds: 600 }),
  ];
  return {
    model,
    optimizer,
    fit: async (
      others: readonly Callback[],
      resume: Awaited<ReturnType<CheckpointContext["state"]>> | null,
    ) => {
      const trainer = new Trainer({
        model: average.model,
        loss: new MSELoss(),
        optimizer: accumulated,
        callbacks: [...callbacks, ...others],
      });
      const loader = new DataLoader(data, { batchSize: 4, shuffle: true });
      const validation = new DataLoader(data, { batchSize: 20 });
      return trainer.fit(loader, { epochs: 3, validation, resume });
    },
    dispose() {
      accumulated.discard();
      for (const part of [optimizer, model, x, y]) part.dispose();
    },
  };
}

/** Without the time it took. */
const figures = (history: readonly object[]): object[] =>
  history.map((record) => ({ ...record, seconds: 0 }));

describeOnBackends("callbacks with memory", () => {
  // In the middle of an epoch and of an accumulation, between two updates of the average; at an epoch's end.
  test.each([[3], [8], [10]])("resume after step %i as if never interrupted", async (at) => {
    await expectTensors(async () => {
      const whole = setUp();
      let saved: unknown;
      const save: Callback = {
        name: "save",
        async onCheckpoint({ step, batch, state }) {
          if (step !== at || (batch !== null) === (at % 5 === 0)) return;
          const [run, weights, memory] = [
            await state(),
            await whole.model.stateDict(),
            await whole.optimizer.stateDict(),
          ];
          saved = structuredClone({ run, weights, memory });
        },
      };
      const expected = await whole.fit([save], null);
      const weights = await whole.model.stateDict();
      whole.dispose();

      const { run, ...objects } = saved as {
        readonly run: Awaited<ReturnType<CheckpointContext["state"]>>;
        readonly weights: Awaited<ReturnType<typeof whole.model.stateDict>>;
        readonly memory: Awaited<ReturnType<Adam["stateDict"]>>;
      };
      const resumed = setUp();
      resumed.model.loadStateDict(objects.weights);
      resumed.optimizer.loadStateDict(objects.memory);
      const history = await resumed.fit([{ name: "save" }], run);
      expect(figures(history)).toEqual(figures(expected));
      expect(await resumed.model.stateDict()).toEqual(weights);
      resumed.dispose();
    });
  });
});
