import type { RunState } from "./run-state.ts";

/** What every hook gets. */
export interface RunContext {
  /** As asked for in `fit`; Infinity when the run ends by `stop`. */
  readonly epochs: number;
  /** Training steps an epoch, after the limit; Infinity when unknown. */
  readonly batches: number;
  /**
   * Ends the run after the current step, or the current validation pass. May be called in any hook or at
   * any time later, such as on a signal. An epoch stopped in its training part is not validated or
   * recorded: `onValidationEnd` and `onEpochEnd` do not fire for it.
   */
  readonly stop: (reason: string) => void;
}

/** What `onTrainStart` gets. */
export interface TrainStartContext extends RunContext {
  /** Which way is better for each name in `metrics`: true, false, or null when neither is. */
  readonly higherIsBetter: Readonly<Record<string, boolean | null>>;
  /** The last step of the run that this one goes on from; absent in a new one. */
  readonly resumedAtStep?: number;
}

/** What `onEpochStart` gets, and with more in it every hook within an epoch. */
export interface EpochContext extends RunContext {
  /** Counted from 1. */
  readonly epoch: number;
}

/** What `onBatchStart` gets. */
export interface BatchContext extends EpochContext {
  /** In this epoch, counted from 1. */
  readonly batch: number;
  /** In the whole run, counted from 1. */
  readonly step: number;
}

/** What `onBatchEnd` gets. */
export interface BatchEndContext extends BatchContext {
  /**
   * Reads the step's loss from the device, which waits for it: milliseconds on a GPU. Several calls
   * cost one read. Must be called before the hook returns.
   */
  readonly loss: () => Promise<number>;
}

/** What `onValidationEnd` gets. */
export interface ValidationEndContext extends EpochContext {
  /** `valLoss` and the validation metrics. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** What `onEpochEnd` gets. */
export interface EpochEndContext extends EpochContext {
  /** `trainLoss`, the training metrics, then `valLoss` and the validation metrics if there were any. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Wall clock, training and validation. */
  readonly seconds: number;
}

/** What `onCheckpoint` gets. */
export interface CheckpointContext extends EpochContext {
  /** Training batches done in this epoch, counted from 1; null at the epoch's end, after `onEpochEnd`. */
  readonly batch: number | null;
  /** Done in the whole run. */
  readonly step: number;
  /** The epoch's, at its end; null after a step. */
  readonly metrics: Readonly<Record<string, number>> | null;
  /**
   * What `fit` can go on from, with every callback's `state`. Reads the accumulated loss and metrics from
   * the device. Must be called before the hook returns.
   */
  readonly state: () => Promise<RunState>;
}

/** What `onTrainEnd` gets. */
export interface TrainEndContext extends RunContext {
  /** Why the run was stopped; null when it was not. */
  readonly stopReason: string | null;
}

/** What `onError` gets. */
export interface ErrorContext extends RunContext {
  /** What was thrown, or the reason of `signal`; `fit` rejects with it. */
  readonly error: unknown;
}

/** The hooks and what each is called with, in the order they fire. */
export interface HookContexts {
  /** Before the first epoch. */
  onTrainStart: TrainStartContext;
  /** Before the model is switched to training mode and the loader is iterated. */
  onEpochStart: EpochContext;
  /** Before a step. */
  onBatchStart: BatchContext;
  /** After the step and the metrics' update. */
  onBatchEnd: BatchEndContext;
  /** After an epoch's validation; not without validation. */
  onValidationEnd: ValidationEndContext;
  /** After an epoch, once its record is in the history. */
  onEpochEnd: EpochEndContext;
  /**
   * After a step and after an epoch, once every callback has seen its end: the moment at which a run can
   * be saved.
   */
  onCheckpoint: CheckpointContext;
  /** Last of all, also after an error or an abort: close here what `onTrainStart` opened. */
  onTrainEnd: TrainEndContext;
  /** When the run fails: in the model, the data, a callback or by `signal`; then `onTrainEnd`. */
  onError: ErrorContext;
}

/** One optional method a hook; the loop waits for the promises they return. */
export type Hooks = {
  [Hook in keyof HookContexts]?: (context: HookContexts[Hook]) => void | Promise<void>;
};

/**
 * Behaviour added to `fit`, made by a factory such as `earlyStopping()`.
 *
 * Callbacks run in the order given. One that keeps state starts it anew in `onTrainStart`, so that it
 * can serve several runs. One with memory that a resumed run needs has `state` and `restore`.
 *
 * @example
 * ```ts
 * const stopOnInterrupt: Callback = {
 *   name: "stopOnInterrupt",
 *   onTrainStart({ stop }) {
 *     process.once("SIGINT", () => stop("interrupted"));
 *   },
 * };
 * ```
 */
export interface Callback extends Hooks {
  /** Named in errors. */
  readonly name: string;
  /**
   * What a checkpoint keeps of its memory: numbers, texts, lists, plain objects and typed arrays, or a
   * promise of them.
   */
  state?(): unknown;
  /**
   * Goes on from what `state` gave. In a resumed run it is called after `onTrainStart`, or, when the run
   * was saved within an epoch, after that epoch's `onEpochStart`, which fires again.
   */
  restore?(state: never): void | Promise<void>;
}
