import { describe, expect, test } from "vitest";
import { type CallbackMoment, play } from "./callback-play.ts";
import { expectTensors } from "./tensors.ts";

/** What every hook of the trainer's gets, all in one; by structure, because `trainer` tests itself with this. */
export interface CallbackContractContext {
  readonly epochs: number;
  readonly batches: number;
  readonly stop: (reason: string) => void;
  readonly higherIsBetter: Readonly<Record<string, boolean | null>>;
  readonly epoch: number;
  readonly batch: number;
  readonly step: number;
  readonly loss: () => Promise<number>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly stopReason: string | null;
  readonly error: unknown;
  /** Absent in a new run. */
  readonly resumedAtStep?: number;
}

/** What `onCheckpoint` gets. */
export interface CallbackContractCheckpoint
  extends Omit<CallbackContractContext, "batch" | "metrics"> {
  /** Null at an epoch's end. */
  readonly batch: number | null;
  /** Null after a step. */
  readonly metrics: Readonly<Record<string, number>> | null;
  /** The run's; only the trainer knows its type. */
  readonly state: () => Promise<never>;
}

type Hook = (context: CallbackContractContext) => void | Promise<void>;

/** A trainer's callback. */
export interface CallbackUnderTest {
  readonly name: string;
  readonly onTrainStart?: Hook;
  readonly onEpochStart?: Hook;
  readonly onBatchStart?: Hook;
  readonly onBatchEnd?: Hook;
  readonly onValidationEnd?: Hook;
  readonly onEpochEnd?: Hook;
  readonly onCheckpoint?: (context: CallbackContractCheckpoint) => void | Promise<void>;
  readonly onTrainEnd?: Hook;
  readonly onError?: Hook;
  state?(): unknown;
  restore?(state: never): void | Promise<void>;
}

export interface CallbackContractOptions {
  /** A new callback whose defaults suit a run with `trainLoss` and `valLoss`. */
  readonly make: () => CallbackUnderTest;
  /** Its memory holds times, which no second run repeats. @defaultValue `false` */
  readonly isTimed?: boolean;
}

/**
 * The contract of a callback, one suite for all of them: it is named after its factory, bears runs
 * without epochs and epochs without batches, is ended by an error as by success, serves run after run
 * the same way, leaves no tensor, and with `state` and `restore` goes on wherever a run was saved.
 */
export function describeCallback(
  name: string,
  { make, isTimed = false }: CallbackContractOptions,
): void {
  describe(`${name}, as every callback,`, () => {
    test("is named after its factory", () => {
      expect(make().name).toBe(name);
    });

    test("bears a run without epochs", async () => {
      await expectTensors(() => play(make(), { epochs: 0 }));
    });

    test("bears an epoch without batches and one without validation", async () => {
      await expectTensors(() => play(make(), { batches: 0 }));
      const callback = make();
      if (callback.onValidationEnd === undefined) return;
      await expectTensors(() => play({ ...callback, onValidationEnd: () => {} }, {}));
    });

    test("leaves no tensor, however often it reads the loss", async () => {
      await expectTensors(() => play(make(), { epochs: 3, batches: 20 }));
    });

    test("serves a second run as it did the first, also after a failed one", async () => {
      const callback = make();
      const first = await play(callback, {});
      await expectTensors(() => play(callback, { error: new Error("the run failed") }));
      expect((await play(callback, {})).reasons).toEqual(first.reasons);
    });

    test("has both state and restore, or neither", () => {
      const { state, restore } = make();
      expect(state === undefined).toBe(restore === undefined);
    });

    test("has a state of what a checkpoint takes, which later steps do not change", async () => {
      const { moments } = await play(make(), {});
      for (const { state, copy } of moments) {
        expectPlain(state);
        expect(state).toEqual(copy);
      }
    });

    test("goes on from any state, in a new callback, as if it had not stopped", async () => {
      const whole = await play(make(), {});
      // One that was told to stop, and is called again, is asked for more than it was.
      for (const resume of whole.moments.filter(({ stopped }) => !stopped)) {
        await expectTensors(async () => {
          const rest = await play(make(), { resume });
          expect(rest.reasons).toEqual(whole.reasons);
          const last = (moments: readonly CallbackMoment[]) => moments.at(-1)?.copy ?? resume.copy;
          if (!isTimed) expect(last(rest.moments)).toEqual(last(whole.moments));
        });
      }
    });
  });
}

/** Numbers, texts, booleans, null, lists, plain objects and typed arrays. */
function expectPlain(value: unknown): void {
  if (typeof value !== "object" || value === null) {
    expect(["number", "string", "boolean", "object", "undefined"]).toContain(typeof value);
    return;
  }
  if (ArrayBuffer.isView(value)) return;
  if (!Array.isArray(value)) expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  for (const item of Object.values(value)) expectPlain(item);
}
