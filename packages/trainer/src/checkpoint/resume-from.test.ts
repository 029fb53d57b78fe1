import { ArgumentError, DataError } from "@kindling/core";
import { activateBackend } from "@kindling/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { listCheckpoints, resumeFrom } from "./index.ts";
import { interrupted, STATELESS, withRun } from "./interrupted-run.ts";
import { memoryStore } from "./memory-store.ts";

beforeAll(() => activateBackend("wasm"));

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
      await expect(resumeFrom(store, { model, others: { ema: STATELESS } })).rejects.toThrow(
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
