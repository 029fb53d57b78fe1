import type { AveragedModel } from "../averaged-weights.ts";
import { type AverageOptions, averageCallback, type WeightAverage } from "./average-callback.ts";
import { checkCount } from "./option-checks.ts";

/** Which epochs {@link swa} averages. */
export interface SwaOptions extends AverageOptions {
  /** The first epoch whose weights count, from 1. */
  startEpoch: number;
  /** Epochs between two updates of the average, from 1. @defaultValue 1 */
  every?: number;
}

/**
 * Averages the weights that the model has at the ends of epochs, all weighing the same: torch's
 * `AveragedModel`. Usually with a constant, rather high learning rate from `startEpoch` on.
 *
 * When the run ends, the model gets the averaged weights; with batch normalization, call
 * `updateBatchNorm(loader, model)` then. Each epoch is validated before its weights count, with the
 * average when the trainer is given `average.model`. Holds a second set of weights.
 *
 * @throws {ArgumentError} when `startEpoch` or `every` is out of range.
 *
 * @example
 * ```ts
 * const average = swa(model, { startEpoch: 15 });
 * await new Trainer({ model, loss, optimizer, callbacks: [average] }).fit(loader, { epochs: 20 });
 * await updateBatchNorm(loader, model);
 * ```
 */
export function swa<M extends AveragedModel>(
  model: M,
  { startEpoch, every = 1, ...options }: SwaOptions,
): WeightAverage<M> {
  checkCount("swa", "startEpoch", startEpoch);
  checkCount("swa", "every", every);
  return averageCallback("swa", model, options, (average) => ({
    onEpochEnd({ epoch }) {
      if (epoch >= startEpoch && (epoch - startEpoch) % every === 0) average.update();
    },
  }));
}
