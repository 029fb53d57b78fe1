// Plays a callback as the trainer does, for its contract.
import { scalar } from "@tensorflow/tfjs-core";
import type { CallbackContractContext, CallbackUnderTest } from "./callback-contract.ts";

/** A moment at which the run can be saved. */
export interface CallbackMoment {
  /** In progress; with `batch` 0 the next one. */
  readonly epoch: number;
  readonly batch: number;
  readonly step: number;
  /** It has been told to stop. */
  readonly stopped: boolean;
  /** Of the callback. */
  readonly state: unknown;
  /** Of the state, as it was then. */
  readonly copy: unknown;
}

export interface Play {
  readonly epochs?: number;
  readonly batches?: number;
  /** Ends the run in the middle of its last epoch. */
  readonly error?: Error;
  /** Where another run of the same length was saved. */
  readonly resume?: CallbackMoment;
}

export interface Played {
  /** What it was stopped for. */
  readonly reasons: readonly string[];
  readonly moments: readonly CallbackMoment[];
}

/** Calls the hooks in the order and with the values of a run. */
export async function play(
  callback: CallbackUnderTest,
  { epochs = 6, batches = 3, error, resume }: Play,
): Promise<Played> {
  const reasons: string[] = [];
  const moments: CallbackMoment[] = [];
  let step = resume?.step ?? 0;
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
  const offerCheckpoint = async (
    epoch: number,
    batch: number | null,
    metrics: Readonly<Record<string, number>> | null,
  ): Promise<void> => {
    const state = await callback.state?.();
    const at = batch === null ? { epoch: epoch + 1, batch: 0 } : { epoch, batch };
    moments.push({ ...at, step, stopped: reasons.length > 0, state, copy: structuredClone(state) });
    const run = { ...at, step, callbacks: [{ name: callback.name, state: state ?? null }] };
    // What is in it is the trainer's; who saves it only writes it down.
    const given = { batch, metrics, state: async () => run as never };
    await callback.onCheckpoint?.({ ...context({ epoch }), ...given });
  };
  const restore = async (): Promise<void> => callback.restore?.(resume?.state as never);

  await callback.onTrainStart?.(context(resume ? { resumedAtStep: resume.step } : {}));
  if (resume?.batch === 0) await restore();
  run: for (let epoch = resume?.epoch ?? 1; epoch <= epochs && reasons.length === 0; epoch++) {
    await callback.onEpochStart?.(context({ epoch }));
    const done = epoch === resume?.epoch ? resume.batch : 0;
    if (done > 0) await restore();
    for (let batch = done + 1; batch <= batches; batch++) {
      step++;
      await callback.onBatchStart?.(context({ epoch, batch }));
      const loss = scalar(1 / step);
      const read = async () => (await loss.data())[0] as number;
      await callback.onBatchEnd?.(context({ epoch, batch, loss: read }));
      loss.dispose();
      await offerCheckpoint(epoch, batch, null);
      // As the trainer: an epoch that is stopped in its training part has no end.
      if (reasons.length > 0) break run;
    }
    if (error !== undefined && epoch === epochs) break;
    // It gets worse after the second epoch: what watches the loss has something to act on.
    const valLoss = Math.abs(epoch - 2) + 0.5;
    await callback.onValidationEnd?.(context({ epoch, metrics: { valLoss } }));
    const metrics = { trainLoss: 1 / epoch, valLoss };
    await callback.onEpochEnd?.(context({ epoch, metrics }));
    await offerCheckpoint(epoch, null, metrics);
  }
  if (error !== undefined) await callback.onError?.(context());
  await callback.onTrainEnd?.(context());
  return { reasons, moments };
}
