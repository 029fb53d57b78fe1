import { ArgumentError } from "@kindling/core";
import type { Callback } from "../callback.ts";

export interface EarlyStoppingOptions {
  /** A name of the epoch's metrics. @defaultValue `"valLoss"` */
  monitor?: string;
  /** Epochs without an improvement until it stops, from 1. @defaultValue 3 */
  patience?: number;
  /** An improvement is a change for the better by more than this, from 0. @defaultValue 0 */
  minDelta?: number;
  /** Whether lower or higher is better. @defaultValue what the metric says; `"min"` for losses */
  mode?: "min" | "max";
}

/**
 * Stops the run when a metric has not improved for some epochs. NaN is no improvement.
 *
 * @throws {ArgumentError} when an option is out of range; in `fit`, when the run reports no such metric
 *   or the metric has no better direction and `mode` is not given.
 *
 * @example
 * ```ts
 * new Trainer({ model, loss, optimizer, callbacks: [earlyStopping({ patience: 5 })] });
 * ```
 */
export function earlyStopping({
  monitor = "valLoss",
  patience = 3,
  minDelta = 0,
  mode,
}: EarlyStoppingOptions = {}): Callback {
  if (!Number.isInteger(patience) || patience < 1) {
    throw new ArgumentError(
      `earlyStopping: expected patience to be an integer from 1, got ${patience}`,
    );
  }
  if (!(minDelta >= 0)) {
    throw new ArgumentError(`earlyStopping: expected minDelta to be from 0, got ${minDelta}`);
  }
  let sign = 1;
  let best = Number.POSITIVE_INFINITY;
  let waited = 0;

  return {
    name: "earlyStopping",

    onTrainStart({ higherIsBetter }) {
      best = Number.POSITIVE_INFINITY;
      waited = 0;
      if (mode === undefined && higherIsBetter[monitor] === null) {
        throw new ArgumentError(
          `earlyStopping: expected a mode for "${monitor}", got none; ` +
            'the metric does not say which way is better, so give mode: "min" or "max"',
        );
      }
      sign = (mode ?? (higherIsBetter[monitor] ? "max" : "min")) === "max" ? -1 : 1;
    },

    onEpochEnd({ epoch, metrics, stop }) {
      const value = metrics[monitor];
      if (value === undefined) {
        const known = Object.keys(metrics).join(", ");
        throw new ArgumentError(
          `earlyStopping: expected a metric "${monitor}", got none; this run reports ${known}`,
        );
      }
      if (sign * value < best - minDelta) {
        best = sign * value;
        waited = 0;
      } else if (++waited >= patience) {
        const epochs = patience === 1 ? "1 epoch" : `${patience} epochs`;
        stop(`${monitor} has not improved for ${epochs} (epoch ${epoch})`);
      }
    },
  };
}
