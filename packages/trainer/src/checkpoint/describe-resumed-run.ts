// For tests: that a run goes on from any of its steps to the same bits, once for every backend.
import { manualSeed } from "@kindling/core";
import { beforeAll, describe, expect, test } from "vitest";
import { BATCHES, type ExampleOptions, type ExampleRun } from "./example-run.ts";
import { checkpoint, resumeFrom } from "./index.ts";
import { EPOCHS, interrupted, type Options, withRun } from "./interrupted-run.ts";
import { memoryStore } from "./memory-store.ts";

/** @param activate - makes the backend current. */
export function describeResumedRun(
  backend: string,
  activate: () => Promise<unknown>,
  optimizer: "adam" | "sgd" = "adam",
): void {
  describe(`a resumed run on ${backend}`, () => {
    const play = <T>(work: (run: ExampleRun) => Promise<T>, options: ExampleOptions = {}) =>
      withRun(work, { optimizer, ...options });
    const leave = (step: number, options?: Options) => interrupted(step, options, { optimizer });
    let uninterrupted: string;
    beforeAll(async () => {
      await activate();
      uninterrupted = await play(async (run) => run.fingerprint(await run.fit(EPOCHS, [])));
    });

    const steps = Array.from({ length: EPOCHS * BATCHES }, (_, i) => i + 1);
    test.each(steps)(
      "saved after step %i ends as if it had never stopped, to the bit",
      async (step) => {
        const store = await leave(step, {
          everySteps: 1,
          everyEpochs: Number.POSITIVE_INFINITY,
        });
        const result = await play(async (run) => {
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
      const store = await leave(BATCHES + 3, { everySteps: 1 });
      const result = await play(
        async (run) => {
          const resume = await resumeFrom(store, run);
          return run.fingerprint(await run.fit(EPOCHS, [], resume));
        },
        { prefetch: 3 },
      );
      expect(result).toBe(uninterrupted);
    });

    test("saved at an epoch's end and left in the next one does too, and saves on", async () => {
      const store = await leave(BATCHES + 3);
      expect([...store.checkpoints.keys()]).toEqual(["000001-epoch-1-end"]);
      const result = await play(async (run) => {
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
      await play((run) => run.fit(2, [checkpoint({ store, ...run })]));
      const result = await play(async (run) => {
        const resume = await resumeFrom(store, run);
        const history = await run.fit(2, [], resume);
        expect(history.map(({ epoch }) => epoch)).toEqual([1, 2]);
        return run.fingerprint(await run.fit(EPOCHS, [], resume));
      });
      expect(result).toBe(uninterrupted);
    });

    test("wants the generators and at least the batches that it had", async () => {
      const store = await leave(5, { everySteps: 5 });
      await play(async (run) => {
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
}
