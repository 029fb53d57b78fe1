// Everything that the two sides of a training worker say to each other.
import type { EpochRecord } from "../history.ts";

/** To the worker. */
export type ToWorker<Options> =
  | { readonly type: "start"; readonly options: Options }
  /** Numbered, so that the answer to an earlier one is not taken for that to this one. */
  | { readonly type: "pause"; readonly pause: number }
  | { readonly type: "resume" | "stop" };

/** From the worker. */
export type FromWorker<Result> =
  | { readonly type: "progress"; readonly progress: TrainingProgress }
  | { readonly type: "epoch"; readonly record: EpochRecord<string> }
  /** No step begins until it is resumed. */
  | { readonly type: "paused"; readonly pause: number }
  | { readonly type: "done"; readonly result: Result }
  | { readonly type: "failed"; readonly error: SentError };

/** Where a run is. */
export interface TrainingProgress {
  /** Counted from 1. */
  readonly epoch: number;
  /** As asked for; Infinity when the run ends by a stop. */
  readonly epochs: number;
  /** In this epoch, counted from 1. */
  readonly batch: number;
  /** In an epoch; Infinity when unknown. */
  readonly batches: number;
  /** Done in the whole run. */
  readonly step: number;
  /** Of this step. */
  readonly loss: number;
}

/** An error without its class, which does not cross. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | null;
}

export function sentError(error: unknown): SentError {
  return error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack ?? null }
    : { name: "Error", message: String(error), stack: null };
}
