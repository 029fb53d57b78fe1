import { scalar } from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
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
  readonly onTrainEnd?: Hook;
  readonly onError?: Hook;
}

export interface CallbackContractOptions {
  /** A new callback whose defaults suit a run with `trainLoss` and `valLoss`. */
  readonly make: () => CallbackUnderTest;
}

/**
 * The contract of a callback, one suite for all of them: it is named after its factory, bears runs
 * without epochs and epochs without batches, is ended by an error as by success, serves run after run
 * the same way, and leaves no tensor.
 */
export function describeCallback(name: string, { make }: CallbackContractOptions): void {
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
      expect(await play(callback, {})).toEqual(first);
    });
  });
}

interface Play {
  readonly epochs?: number;
  readonly batches?: number;
  /** Ends the run in the middle of its last epoch. */
  readonly error?: Error;
}

/** Calls the hooks as the trainer does; returns the reasons it was stopped for. */
async function play(
  callback: CallbackUnderTest,
  { epochs = 6, batches = 3, error }: Play,
): Promise<string[]> {
  const reasons: string[] = [];
  let step = 0;
  const context = (now: Partial<CallbackContractContext> = {}): CallbackContractContext => ({
    epochs,
    batches,
    stop: (reason) => void reasons.push(reason),
    higherIsBetter: { trainLoss: false, valLoss: false },
    epoch: 0,
    batch: 0,
    step,
    loss: async () => Number.NaN,
    metrics: {},
    seconds: 1.5,
    stopReason: reasons[0] ?? null,
    error,
    ...now,
  });

  await callback.onTrainStart?.(context());
  for (let epoch = 1; epoch <= epochs && reasons.length === 0; epoch++) {
    await callback.onEpochStart?.(context({ epoch }));
    for (let batch = 1; batch <= batches; batch++) {
      step++;
      await callback.onBatchStart?.(context({ epoch, batch }));
      const loss = scalar(1 / step);
      const read = async () => (await loss.data())[0] as number;
      await callback.onBatchEnd?.(context({ epoch, batch, loss: read }));
      loss.dispose();
    }
    if (error !== undefined && epoch === epochs) break;
    // It gets worse after the second epoch: what watches the loss has something to act on.
    const valLoss = Math.abs(epoch - 2) + 0.5;
    await callback.onValidationEnd?.(context({ epoch, metrics: { valLoss } }));
    const metrics = { trainLoss: 1 / epoch, valLoss };
    await callback.onEpochEnd?.(context({ epoch, metrics }));
  }
  if (error !== undefined) await callback.onError?.(context());
  await callback.onTrainEnd?.(context());
  return reasons;
}
