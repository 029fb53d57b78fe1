import { ArgumentError } from "@kindling/core";
import type { AveragedModel } from "../averaged-weights.ts";
import { type AverageOptions, averageCallback, type WeightAverage } from "./average-callback.ts";
import { checkCount } from "./option-checks.ts";
import { type CountsUpdates, updateWatch } from "./updates.ts";

/** How {@link ema} averages, and when. */
export interface EmaOptions extends AverageOptions {
  /** The share of the old average that stays at an update, from 0 to 1. @defaultValue 0.999 */
  decay?: number;
  /** Steps between two updates of the average, from 1. @defaultValue 1 */
  every?: number;
  /**
   * What `accumulateGradients` made, so that only its updates count and not the steps in between.
   * @defaultValue each step counts
   */
  updatesOf?: CountsUpdates;
}

/**
 * Keeps an exponential moving average of the model's weights: torch's `AveragedModel` with
 * `get_ema_multi_avg_fn(decay)`. The first update copies the weights.
 *
 * When the run ends, the model gets the averaged weights; validation uses them when the trainer is given
 * `average.model`. Holds a second set of weights and reads nothing from the device.
 *
 * @throws {ArgumentError} when `decay` or `every` is out of range.
 *
 * @example
 * ```ts
 * const average = ema(model, { decay: 0.999 });
 * const trainer = new Trainer({ model: average.model, loss, optimizer, callbacks: [average] });
 * await trainer.fit(loader, { epochs: 2, validation });
 * ```
 */
export function ema<M extends AveragedModel>(
  model: M,
  { decay = 0.999, every = 1, updatesOf, ...options }: EmaOptions = {},
): WeightAverage<M> {
  if (!(decay >= 0 && decay <= 1)) {
    throw new ArgumentError(`ema: expected decay from 0 to 1, got ${decay}`);
  }
  checkCount("ema", "every", every);
  return averageCallback("ema", model, { ...options, decay }, (average) => {
    let updated = updateWatch(updatesOf);
    const counter = { steps: 0 };
    const update = (): void => {
      if (updated() && ++counter.steps % every === 0) average.update();
    };
    // An update after the last step: what had accumulated at the epoch's end.
    const catchUp = (): void => {
      if (updatesOf !== undefined) update();
    };
    return {
      counter,
      beforeEval: catchUp,
      onTrainStart() {
        updated = updateWatch(updatesOf);
      },
      onBatchEnd: update,
      onEpochEnd: catchUp,
    };
  });
}
