import { activateBackend, describeCallback } from "@kindling/testing";
import { beforeAll, describe, expect, test } from "vitest";
import type { Callback } from "../callback.ts";
import { checkpoint, listCheckpoints, resumeFrom } from "./index.ts";
import {
  EPOCHS,
  interrupted,
  type Options,
  STATELESS,
  stopAt,
  withRun,
} from "./interrupted-run.ts";
import { memoryStore } from "./memory-store.ts";
import type { CheckpointStore } from "./store.ts";

beforeAll(() => activateBackend("wasm"));

describeCallback("checkpoint", {
  // Each of the contract's runs is a new one: it finds nothing.
  make: () => checkpoint({ store: { ...memoryStore(), list: async () => [] }, model: STATELESS }),
});

describe("checkpoint", () => {
  test("gives back the program's settings, NaN and infinities among them", async () => {
    const config = { rate: 0.1, limit: Number.POSITIVE_INFINITY, odd: [Number.NaN, -0, null] };
    const store = await interrupted(1, { everySteps: 1, config });
    await withRun(async (run) => {
      const resumed = await resumeFrom(store, run);
      expect(resumed?.config).toEqual(config);
      expect(resumed?.checkpoint).toEqual({
        name: "000001-epoch-1-batch-1",
        epoch: 1,
        batch: 1,
        step: 1,
        metrics: null,
      });
    });
  });

  test("keeps the last and the best, by the metrics of their epochs, across a resumed run", async () => {
    const store = memoryStore();
    const values = [3, 1, Number.NaN, 2, 5, 1];
    const scripted: Callback = {
      name: "scripted",
      onEpochEnd: ({ epoch, metrics }) => {
        (metrics as Record<string, number>).valLoss = values[epoch - 1] as number;
      },
    };
    const go = (epochs: number): Promise<unknown> =>
      withRun(async (run) => {
        const resume = await resumeFrom(store, run);
        const keepBest = { monitor: "valLoss", k: 2 };
        const saving = checkpoint({ store, ...run, keepLast: 1, keepBest });
        return run.fit(epochs, [scripted, saving], resume);
      });
    await go(3);
    expect((await listCheckpoints(store)).map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    await go(6);
    // Of the two with 1 both are best.
    expect((await listCheckpoints(store)).map(({ epoch }) => epoch)).toEqual([2, 6]);
  });

  test.each<[string, Options, string[]]>([
    ["each epoch by default", {}, ["1-end", "2-end"]],
    ["each second epoch", { everyEpochs: 2 }, ["2-end"]],
    [
      "each fourth step, then not at epochs",
      { everySteps: 4 },
      ["1-batch-4", "2-batch-1", "2-batch-5"],
    ],
    ["both", { everySteps: 8, everyEpochs: 1 }, ["1-end", "2-batch-1", "2-end"]],
    [
      "epochs too when it keeps the best of them",
      { everySteps: 13, keepBest: { monitor: "valLoss" } },
      ["1-end", "2-batch-6", "2-end"],
    ],
  ])("is written %s", async (_, options, expected) => {
    const store = memoryStore();
    await withRun((run) => run.fit(2, [checkpoint({ store, ...run, keepLast: 9, ...options })]));
    const names = [...store.checkpoints.keys()];
    expect(names.map((name) => name.slice("000001-epoch-".length))).toEqual(expected);
  });

  test("refuses to write a new run among the checkpoints of another", async () => {
    const store = await interrupted(1, { everySteps: 1 });
    await withRun((run) =>
      expect(run.fit(1, [checkpoint({ store, ...run })])).rejects.toThrow(
        "checkpoint: expected no checkpoints of another run in memory, got 1; go on from them with fit's resume",
      ),
    );
    expect(store.checkpoints.size).toBe(1);
  });

  test.each<[string, Options, string]>([
    ["steps", { everySteps: 0 }, "expected everySteps to be an integer from 1, got 0"],
    ["epochs", { everyEpochs: 1.5 }, "expected everyEpochs to be an integer from 1, got 1.5"],
    ["a number to keep", { keepLast: 0 }, "expected keepLast to be an integer from 1, got 0"],
    ["a number of best", { keepBest: { monitor: "valLoss", k: -1 } }, "expected k to be"],
  ])("refuses %s out of range", (_, options, message) => {
    expect(() => checkpoint({ store: memoryStore(), model: STATELESS, ...options })).toThrow(
      message,
    );
  });

  test("refuses a metric that there is not, and one of no direction", async () => {
    await withRun(async (run) => {
      const saving = (monitor: string) =>
        checkpoint({ store: memoryStore(), ...run, keepBest: { monitor } });
      await expect(run.fit(1, [saving("valAccuracy")])).rejects.toThrow(
        'checkpoint: expected a metric "valAccuracy", got none; this run reports trainLoss, trainTotal, valLoss, valTotal',
      );
    });
  });

  test("names what in a state it cannot save", async () => {
    await withRun(async (run) => {
      const odd: Callback = { name: "odd", state: () => ({ seen: new Map() }) };
      await expect(run.fit(1, [checkpoint({ store: memoryStore(), ...run }), odd])).rejects.toThrow(
        "checkpoint: expected state.run.callbacks.0.state.seen to be numbers, texts, lists, plain objects and typed arrays, got a Map",
      );
    });
  });

  test("ends the run when writing fails, and leaves the checkpoints before", async () => {
    const store = memoryStore();
    const full: CheckpointStore = {
      ...store,
      async write(name, files) {
        if (store.checkpoints.size === 2) throw new Error("the disk is full");
        await store.write(name, files);
      },
    };
    await withRun((run) =>
      expect(
        run.fit(EPOCHS, [checkpoint({ store: full, ...run, everySteps: 1, keepLast: 2 })]),
      ).rejects.toThrow('callback "checkpoint" failed in onCheckpoint: the disk is full'),
    );
    expect((await listCheckpoints(store)).map(({ step }) => step)).toEqual([1, 2]);
    await withRun(async (run) => expect((await resumeFrom(store, run))?.step).toBe(2));
  });

  test("saves a moment once, however often it is told to", async () => {
    const store = memoryStore();
    await withRun(async (run) => {
      const saving = checkpoint({ store, ...run, everySteps: 1, keepLast: 9 });
      const names: string[] = [];
      const again: Callback = {
        name: "again",
        onCheckpoint: async (context) => void names.push(await saving.save(context)),
      };
      await run.fit(1, [saving, again, stopAt(2)]);
      expect(names).toEqual([...store.checkpoints.keys()]);
      expect(names).toHaveLength(2);
    });
  });
});
