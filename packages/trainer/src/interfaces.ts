// What the trainer asks of others, by structure: anything with these members fits, whichever package
// it comes from. Members are function-typed properties because TypeScript checks the parameters of
// those strictly, and of methods not; that is what makes a wrong batch a compile error.
import type { Scalar } from "@tensorflow/tfjs-core";

/**
 * Batches to iterate any number of times, such as a `DataLoader`.
 *
 * Whoever makes the batches disposes their tensors: at the latest when the next one is asked for or
 * the iterator is closed.
 */
export interface Batches<Batch> extends AsyncIterable<Batch> {
  /** Batches an iteration, for progress; Infinity when unknown. */
  readonly length: number;
}

/** A model: a `Module`, or anything with these. */
export interface TrainableModel<Input, Output> {
  /** Its output for a batch; in `fit` the gradients go through it. */
  readonly forward: (input: Input) => Output;
  /** Switches to training mode, where dropout drops and batch norm tracks. */
  readonly train: () => unknown;
  /** Switches to evaluation mode. */
  readonly eval: () => unknown;
  /** True in training mode. */
  readonly training: boolean;
}

/** A loss: the mean over the batch, a float32 scalar. */
export interface Loss<Output, Target> {
  /** Of the model's output and the batch's target. */
  readonly forward: (output: Output, target: Target) => Scalar;
}

/** An optimizer: runs the closure, updates its parameters, returns the loss, which the caller disposes. */
export interface Stepper {
  /** Makes one training step with the gradients of what the closure returns, the loss as a scalar. */
  readonly step: (closure: () => Scalar) => Scalar;
  /**
   * Called after the last step of an epoch, or of a run that is stopped within one, for one that does not
   * update at every step. A checkpoint of that step is saved before.
   */
  readonly flush?: () => void;
  /** Called when a run fails within an epoch: what it holds for an update is not to be in a next run's. */
  readonly discard?: () => void;
  /** What it holds between updates, for a checkpoint in between; its memory of parameters is not meant. */
  state?(): unknown;
  /** Goes on from what `state` gave. */
  restore?(state: never): void | Promise<void>;
}

/**
 * A number over many batches, accumulated on the device and read once.
 *
 * `update` runs in a `tidy`: what it carries to the next call it must `keep`.
 */
export interface Metric<Output, Target> {
  /** Its own; results have it under the key that the trainer was given it under. */
  readonly name: string;
  /** Which direction is better; null when neither is. */
  readonly higherIsBetter: boolean | null;
  /** Takes in a batch. */
  readonly update: (output: Output, target: Target) => void;
  /** The number over the batches since `reset`; one read from the device. */
  readonly compute: () => Promise<number>;
  /** Forgets the batches so far; called before each pass. */
  readonly reset: () => void;
  /**
   * What it has gathered, for a checkpoint within an epoch: numbers, texts, lists, plain objects and typed
   * arrays. Without it, a run resumed within an epoch reports NaN for that epoch's training batches.
   */
  state?(): unknown;
  /** Goes on from what `state` gave. Runs in a `tidy`. */
  restore?(state: never): void;
}
