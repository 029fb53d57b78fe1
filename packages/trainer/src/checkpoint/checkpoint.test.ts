/// <reference types="node" />
import { ArgumentError, DataError, manualSeed } from "@kindling/core";
import { activateBackend, describeCallback } from "@kindling/testing";
import { beforeAll, describe, expect, test } from "vitest";
import type { Callback } from "../callback.ts";
import { BATCHES, type ExampleRun, exampleRun } from "./example-run.ts";
import { type CheckpointOptions, checkpoint, listCheckpoints, resumeFrom } from "./index.ts";
import { memoryStore } from "./memory-store.ts";
import type { CheckpointStore } from "./store.ts";

beforeAll(() => activateBackend("wasm"));

const stateless = { stateDict: async () => ({}), loadStateDict() {} };
describeCallback("checkpoint", {
  // Each of the contract's runs is a new one: it finds nothing.
  make: () => checkpoint({ store: { ...memoryStore(), list: async () => [] }, model: stateless }),
});

const EPOCHS = 3;

/** Runs `work` with a new example, and frees it. */
async function withRun<T>(work: (run: ExampleRun) => Promise<T>, prefetch = 0): Promise<T> {
  const run = exampleRun(prefetch);
  try {
    return await work(run);
  } finally {
    run.dispose();
  }
}

const stopAt = (step: number): Callback => ({
  name: "stopAt",
  onBatchEnd: (context) => {
    if (context.step === step) context.stop("enough");
  },
});

type Options = Partial<Omit<CheckpointOptions, "model" | "store">>;

/** A run that is left at a step, with its checkpoints. */
async function interrupted(step: number, options: Options = {}) {
  const store = memoryStore();
  await withRun((run) =>
    run.fit(EPOCHS, [checkpoint({ store, ...run, ...options }), stopAt(step)]),
  );
  return store;
}

describe("a resumed run", () => {
  let uninterrupted: string;
  beforeAll(async () => {
    uninterrupted = await withRun(async (run) => run.fingerprint(await run.fit(EPOCHS, [])));
  });

  const steps = Array.from({ length: EPOCHS * BATCHES }, (_, i) => i + 1);
  test.each(steps)(
    "saved after step %i ends as if it had never stopped, to the bit",
    async (step) => {
      const store = await interrupted(step, {
        everySteps: 1,
        everyEpochs: Number.POSITIVE_INFINITY,
      });
      const result = await withRun(async (run) => {
        // What is drawn between making the run and going on with it does not matter.
        manualSeed(99);
        const resume = await resumeFrom(store, run);
        expect(resume?.step).toBe(step);
        return run.fingerprint(await run.fit(EPOCHS, [], resume));
      });
      expect(result).toBe(uninterrupted);
    },
  );

  test("does so with batches prepared ahead", async () => {
    const store = await interrupted(BATCHES + 3, { everySteps: 1 });
    const result = await withRun(async (run) => {
      const resume = await resumeFrom(store, run);
      return run.fingerprint(await run.fit(EPOCHS, [], resume));
    }, 3);
    expect(result).toBe(uninterrupted);
  });

  test("saved at an epoch's end and left in the next one does too, and saves on", async () => {
    const store = await interrupted(BATCHES + 3);
    expect([...store.checkpoints.keys()]).toEqual(["000001-epoch-1-end"]);
    const result = await withRun(async (run) => {
      const resume = await resumeFrom(store, run);
      const saving = checkpoint({ store, ...run, keepLast: 9 });
      return run.fingerprint(await run.fit(EPOCHS, [saving], resume));
    });
    expect(result).toBe(uninterrupted);
    expect([...store.checkpoints.keys()]).toEqual(
      [1, 2, 3].map((epoch) => `00000${epoch}-epoch-${epoch}-end`),
    );
  });

  test("that was at its end has nothing left to do, and can go on for more epochs", async () => {
    const store = memoryStore();
    await withRun((run) => run.fit(2, [checkpoint({ store, ...run })]));
    const result = await withRun(async (run) => {
      const resume = await resumeFrom(store, run);
      const history = await run.fit(2, [], resume);
      expect(history.map(({ epoch }) => epoch)).toEqual([1, 2]);
      return run.fingerprint(await run.fit(EPOCHS, [], resume));
    });
    expect(result).toBe(uninterrupted);
  });

  test("wants the generators and at least the batches that it had", async () => {
    const store = await interrupted(5, { everySteps: 5 });
    await withRun(async (run) => {
      const resume = await resumeFrom(store, run);
      if (resume === null) throw new Error("nothing saved");
      const { order: _, ...generators } = resume.generators;
      await expect(run.fit(EPOCHS, [], { ...resume, generators })).rejects.toThrow(
        "expected the generators of the run to resume (default), got default, order; pass the same ones",
      );
      await expect(run.fit(EPOCHS, [], { ...resume, batch: 8 })).rejects.toThrow(
        "with at least 8 batches, got 7",
      );
    });
  });
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
    expect(() => checkpoint({ store: memoryStore(), model: stateless, ...options })).toThrow(
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

describe("resumeFrom", () => {
  test("gives null for an empty store", async () => {
    await withRun(async (run) => {
      expect(await resumeFrom(memoryStore(), run)).toBeNull();
      await expect(resumeFrom(memoryStore(), run, { checkpoint: "x" })).rejects.toThrow(
        "resumeFrom: expected a checkpoint of memory (there are none), got x",
      );
    });
  });

  test("takes the checkpoint that it is told to", async () => {
    const store = await interrupted(3, { everySteps: 1, keepLast: 9 });
    await withRun(async (run) => {
      const [first] = await listCheckpoints(store);
      const resumed = await resumeFrom(store, run, { checkpoint: first?.name ?? "" });
      expect(resumed?.step).toBe(1);
    });
  });

  test("refuses another set of objects", async () => {
    const store = await interrupted(1, { everySteps: 1 });
    await withRun(async ({ model }) => {
      await expect(resumeFrom(store, { model })).rejects.toThrow(
        "resumeFrom: expected what was saved beside the model (optimizer), got nothing",
      );
      await expect(resumeFrom(store, { model, others: { ema: stateless } })).rejects.toThrow(
        ArgumentError,
      );
    });
  });

  test("refuses a checkpoint with any byte changed or cut off, or falls back to the one before", async () => {
    const store = await interrupted(2, { everySteps: 1 });
    const [, latest] = [...store.checkpoints.keys()].sort();
    const files = store.checkpoints.get(latest ?? "") ?? {};
    expect(Object.keys(files)).toEqual([
      "model.safetensors",
      "state.json",
      "state.safetensors",
      "checkpoint.json",
    ]);
    await withRun(async (run) => {
      const before = await run.fingerprint([]);
      for (const [file, bytes] of Object.entries(files)) {
        const damages = [
          ...[0, 0.1, 0.5, 0.9].map((share) => {
            const at = Math.floor(share * bytes.length);
            return bytes.with(at, (bytes[at] as number) ^ 4);
          }),
          bytes.with(bytes.length - 1, 0x20),
          bytes.slice(0, -1),
          bytes.slice(0, 0),
          null,
        ];
        for (const damage of damages) {
          const { [file]: _, ...others } = files;
          store.checkpoints.set(latest ?? "", damage ? { ...others, [file]: damage } : others);
          const error = await resumeFrom(store, run).catch((reason: unknown) => reason);
          expect(error).toBeInstanceOf(DataError);
          expect(String(error)).toContain(`expected ${file} of ${latest} (memory) to be`);
          expect(await run.fingerprint([])).toBe(before);
        }
      }
      const resumed = await resumeFrom(store, run, { fallback: true });
      expect(resumed?.step).toBe(1);
      expect(resumed?.damaged.map(({ name }) => name)).toEqual([latest]);
      // With no good one left it says what is wrong with the last.
      for (const [name] of store.checkpoints) store.checkpoints.set(name, {});
      await expect(resumeFrom(store, run, { fallback: true })).rejects.toThrow(
        `expected checkpoint.json of ${latest} (memory) to be a file, got none; the checkpoint is damaged`,
      );
    });
  });
});
