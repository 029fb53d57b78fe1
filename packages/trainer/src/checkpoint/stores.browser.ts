import { afterEach, describe, expect, test } from "vitest";
import { checkpoint, indexedDbStore, opfsStore, resumeFrom } from "./index.ts";
import { MANIFEST } from "./manifest.ts";
import { describeStore } from "./store-contract.ts";

let count = 0;
afterEach(() => {
  count++;
});

describe("indexedDbStore", () => {
  describeStore(() => indexedDbStore(`checkpoints-${count}`));

  test("writes all of a checkpoint or nothing", async () => {
    const store = indexedDbStore(`checkpoints-${count}`);
    const uncloneable = (() => {}) as unknown as Uint8Array<ArrayBuffer>;
    const files = { "a.bin": Uint8Array.of(1), "b.bin": uncloneable };
    await expect(store.write("000001-epoch-1-end", files)).rejects.toThrow("could not be cloned");
    expect(await store.list()).toEqual([]);
  });
});

describe("opfsStore", () => {
  describeStore(() => opfsStore(`checkpoints-${count}`));

  test("does not list a checkpoint whose writing was cut short, and writes over it", async () => {
    const store = opfsStore(`checkpoints-${count}`);
    const parts = { "a.bin": Uint8Array.of(1) };
    await store.write("000001-epoch-1-end", parts);
    expect(await store.list()).toEqual([]);
    await store.write("000001-epoch-1-end", {
      "b.bin": Uint8Array.of(2),
      [MANIFEST]: Uint8Array.of(3),
    });
    expect(await store.list()).toEqual(["000001-epoch-1-end"]);
    expect(await store.read("000001-epoch-1-end", "a.bin")).toBeNull();
  });

  test("leaves nothing of a checkpoint that cannot be written", async () => {
    const store = opfsStore(`checkpoints-${count}`);
    const files = { "a.bin": Uint8Array.of(1), "no/name": Uint8Array.of(2) };
    await expect(store.write("000001-epoch-1-end", files)).rejects.toThrow(/name/i);
    expect(await store.list()).toEqual([]);
    expect(await store.read("000001-epoch-1-end", "a.bin")).toBeNull();
  });
});

describe.each([
  ["indexedDbStore", indexedDbStore],
  ["opfsStore", opfsStore],
])("a checkpoint in %s", (_, open) => {
  test("is saved and loaded", async () => {
    const store = open(`run-${count}`);
    const weights = { w: { dtype: "float32", shape: [2], data: Float32Array.of(0.1, Number.NaN) } };
    const loaded: unknown[] = [];
    const model = {
      stateDict: async () => weights,
      loadStateDict: (state: unknown) => void loaded.push(state),
    };
    const saving = checkpoint({ store, model, config: { rate: 0.1 } });
    const run = {
      epoch: 2,
      batch: 0,
      step: 7,
      seconds: 0,
      history: [],
      generators: {},
      partial: null,
      stepper: null,
      callbacks: [],
    };
    const context = { epochs: 3, batches: 7, stop() {}, epoch: 1 };
    await saving.onTrainStart?.({ ...context, higherIsBetter: {} });
    await saving.onCheckpoint?.({
      ...context,
      batch: null,
      step: 7,
      metrics: { trainLoss: 1 },
      state: async () => run,
    });
    const resumed = await resumeFrom(open(`run-${count}`), { model });
    expect(loaded).toEqual([weights]);
    expect(resumed).toMatchObject({ ...run, config: { rate: 0.1 } });
  });
});
