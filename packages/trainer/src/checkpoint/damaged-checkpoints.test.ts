/// <reference types="node" />
import { createHash } from "node:crypto";
import { DataError, Generator, KindlingError } from "@kindling/core";
import { activateBackend, expectTensors } from "@kindling/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { damaged } from "./damage.ts";
import { type ExampleRun, exampleRun } from "./example-run.ts";
import { checkpoint, resumeFrom } from "./index.ts";
import { type Files, MANIFEST, readInfo, writeParts } from "./manifest.ts";
import { memoryStore } from "./memory-store.ts";

// The same sums, without a wait for the thread pool at each of a hundred thousand.
vi.mock("./sha256.ts", () => ({
  sha256: async (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex"),
}));

const EMPTY = new Uint8Array();
const FILES = 20_000;
/** The longest that one may take, on a machine with other things to do. Most take a tenth of a millisecond. */
const MOST_MS = 5000;
/** Of those that load, how many a run goes on from: each trains. */
const RESUMED = 100;
const EPOCHS = 2;
/** A message is to be read. */
const MOST_CHARACTERS = 1500;

describe(`Of ${FILES} damaged checkpoints`, () => {
  const store = memoryStore();
  let run: ExampleRun;
  let latest = "";
  let files: Files = {};
  let other: Files = {};
  beforeAll(async () => {
    await activateBackend("cpu");
    run = exampleRun();
    await run.fit(1, [
      checkpoint({ store, ...run, everySteps: 4, config: { rate: 0.1, name: "x" } }),
    ]);
    const names = [...store.checkpoints.keys()];
    latest = names.at(-1) ?? "";
    files = store.checkpoints.get(latest) ?? {};
    const saving = memoryStore();
    await run.fit(EPOCHS, [checkpoint({ store: saving, ...run, everySteps: 3 })]);
    other = [...saving.checkpoints.values()].at(-1) ?? {};
  });
  afterAll(() => run.dispose());

  /** Tries one; returns what it threw, or what it loaded. */
  async function load(damage: Files): Promise<unknown> {
    store.checkpoints.clear();
    store.checkpoints.set(latest, { ...damage });
    const start = performance.now();
    const outcome = await resumeFrom(store, run).catch((error: unknown) => error);
    expect(performance.now() - start).toBeLessThan(MOST_MS);
    return outcome;
  }

  const expectClear = (error: Error): void => {
    expect(error.message).toMatch(/^[\w.]+(: state \d+)?(: \w+)?: expected .*, got\s/s);
    expect(error.message.length).toBeLessThan(MOST_CHARACTERS);
  };

  test("each is refused for what it is, by the sums of its parts", async () => {
    const random = new Generator(11);
    for (let i = 0; i < FILES / 2; i++) {
      const damage = damaged(files, other, random);
      const outcome = await load(damage);
      if (outcome instanceof Error) {
        if (!DataError.is(outcome)) throw outcome;
        expectClear(outcome);
      } else {
        // Nothing was changed after all: a part in place of itself.
        const same = (name: string) => Buffer.compare(damage[name] ?? EMPTY, files[name] ?? EMPTY);
        expect(Object.keys(files).map(same)).toEqual(Object.keys(files).map(() => 0));
      }
    }
  });

  test("each loads, or is refused with an error of ours, where the sums are right again", async () => {
    const random = new Generator(12);
    const { [MANIFEST]: _, ...parts } = files;
    store.checkpoints.clear();
    store.checkpoints.set(latest, { ...files });
    const info = await readInfo(store, latest);
    let [loaded, resumed] = [0, 0];
    await expectTensors(async () => {
      for (let i = 0; i < FILES / 2; i++) {
        const written = memoryStore();
        const damage = damaged(parts, other, random);
        await writeParts(written, info, damage);
        const outcome = await load(written.checkpoints.get(latest) ?? {});
        if (outcome instanceof Error) {
          if (!KindlingError.is(outcome)) throw outcome;
          expectClear(outcome);
          continue;
        }
        loaded++;
        if (loaded % 20 !== 0 || resumed === RESUMED) continue;
        resumed++;
        const result = await run.fit(EPOCHS, [], outcome as never).catch((error: unknown) => error);
        if (result instanceof Error && !KindlingError.is(result)) throw result;
      }
    });
    // A flipped bit of a weight is a weight: both ways are tried.
    expect(loaded).toBeGreaterThan(500);
    expect(resumed).toBeGreaterThan(20);
  });
});
