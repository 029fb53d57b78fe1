import { ArgumentError, KindlingError } from "@kindling/core";
import type { Callback } from "../callback.ts";

/** The loss, or a metric built on it, is NaN or infinite; carries when and what it was. */
export class NonFiniteLossError extends KindlingError {
  static override readonly kind: string = "NonFiniteLossError";
  /** Counted from 1. */
  readonly epoch: number;
  /** In the whole run, counted from 1. */
  readonly step: number;
  readonly loss: number;

  constructor(what: string, epoch: number, step: number, loss: number) {
    super(
      `stopOnNaN: expected a finite ${what}, got ${loss} in epoch ${epoch} at step ${step}; ` +
        "lower the learning rate, clip the gradients or check the data",
    );
    this.epoch = epoch;
    this.step = step;
    this.loss = loss;
  }
}

export interface StopOnNaNOptions {
  /** Steps between two reads of the loss, from 1; Infinity for none. @defaultValue 50 */
  every?: number;
}

/**
 * Ends the run with an error once the loss is NaN or infinite, at the latest with its epoch.
 *
 * Each check within an epoch waits for the device: with `every: 1` a GPU idles between all steps, with
 * 50 the cost is lost in the noise. Once NaN, the weights stay so; a later check finds it as well.
 *
 * @throws {ArgumentError} when `every` is out of range.
 * @throws {NonFiniteLossError} in `fit`, naming epoch and step.
 *
 * @example
 * ```ts
 * new Trainer({ model, loss, optimizer, callbacks: [stopOnNaN()] });
 * ```
 */
export function stopOnNaN({ every = 50 }: StopOnNaNOptions = {}): Callback {
  if (!(Number.isInteger(every) || every === Number.POSITIVE_INFINITY) || every < 1) {
    throw new ArgumentError(`stopOnNaN: expected every to be an integer from 1, got ${every}`);
  }
  let lastStep = 0;

  return {
    name: "stopOnNaN",

    async onBatchEnd({ epoch, step, loss }) {
      lastStep = step;
      if (step % every !== 0) return;
      const value = await loss();
      if (!Number.isFinite(value)) throw new NonFiniteLossError("loss", epoch, step, value);
    },

    onEpochEnd({ epoch, metrics }) {
      for (const name of ["trainLoss", "valLoss"]) {
        const value = metrics[name] ?? 0;
        if (!Number.isFinite(value)) throw new NonFiniteLossError(name, epoch, lastStep, value);
      }
    },
  };
}
