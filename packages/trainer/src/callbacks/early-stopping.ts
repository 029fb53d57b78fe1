import { ArgumentError } from "@kindling/core";
import { dispose, type Tensor } from "@tensorflow/tfjs-core";
import type { Callback } from "../callback.ts";
import { checkCount, monitored } from "./option-checks.ts";
import {
  assignAll,
  copies,
  fromHost,
  type HostTensors,
  type ModelWeights,
  toHost,
  weightsOf,
} from "./weights.ts";

/** What {@link earlyStopping} goes by, and how long it waits. */
export interface EarlyStoppingOptions {
  /** A name of the epoch's metrics. @defaultValue `"valLoss"` */
  monitor?: string;
  /** Epochs without an improvement until it stops, from 1. @defaultValue 3 */
  patience?: number;
  /** An improvement is a change for the better by more than this, from 0. @defaultValue 0 */
  minDelta?: number;
  /** Whether lower or higher is better. @defaultValue what the metric says; `"min"` for losses */
  mode?: "min" | "max";
  /**
   * Gives this model the weights of its best epoch when the run ends, stopped or not; after an error it
   * keeps those it has. Holds a second set of weights. Of several callbacks that set the weights at the
   * end, `ema` for one, the last counts. @defaultValue none is
   */
  restoreBest?: ModelWeights;
}

/** What {@link earlyStopping} remembers. */
export interface EarlyStoppingState {
  /** The monitored value; null before the first. */
  readonly best: number | null;
  /** Epochs since. */
  readonly waited: number;
  /** With `restoreBest`, once there is a best. */
  readonly weights: HostTensors | null;
}

/** {@link earlyStopping} with its memory. */
export interface EarlyStopping extends Callback {
  readonly state: () => Promise<EarlyStoppingState>;
  readonly restore: (state: EarlyStoppingState) => void;
}

/**
 * Stops the run when a metric has not improved for some epochs. NaN is no improvement.
 *
 * @throws {ArgumentError} when an option is out of range; in `fit`, when the run reports no such metric
 *   or the metric has no better direction and `mode` is not given.
 *
 * @example
 * ```ts
 * const stopping = earlyStopping({ patience: 5, restoreBest: model });
 * const trainer = new Trainer({ model, loss, optimizer, callbacks: [stopping] });
 * await trainer.fit(loader, { epochs: 20, validation });
 * ```
 */
export function earlyStopping({
  monitor = "valLoss",
  patience = 3,
  minDelta = 0,
  mode,
  restoreBest,
}: EarlyStoppingOptions = {}): EarlyStopping {
  checkCount("earlyStopping", "patience", patience);
  if (!(minDelta >= 0)) {
    throw new ArgumentError(`earlyStopping: expected minDelta to be from 0, got ${minDelta}`);
  }
  let sign = 1;
  let best: number | null = null;
  let waited = 0;
  let bestWeights: Tensor[] = [];
  const keepWeights = (weights: Tensor[]): void => {
    dispose(bestWeights);
    bestWeights = weights;
  };
  return {
    name: "earlyStopping",

    onTrainStart({ higherIsBetter }) {
      best = null;
      waited = 0;
      keepWeights([]);
      if (mode === undefined && higherIsBetter[monitor] === null) {
        throw new ArgumentError(
          `earlyStopping: expected a mode for "${monitor}", got none; ` +
            'the metric does not say which way is better, so give mode: "min" or "max"',
        );
      }
      sign = (mode ?? (higherIsBetter[monitor] ? "max" : "min")) === "max" ? -1 : 1;
    },

    onEpochEnd({ epoch, metrics, stop }) {
      const value = monitored("earlyStopping", monitor, metrics);
      const limit = best === null ? Number.POSITIVE_INFINITY : sign * best - minDelta;
      if (sign * value < limit) {
        best = value;
        waited = 0;
        if (restoreBest !== undefined) keepWeights(copies(weightsOf(restoreBest)));
      } else if (++waited >= patience) {
        const epochs = patience === 1 ? "1 epoch" : `${patience} epochs`;
        stop(`${monitor} has not improved for ${epochs} (epoch ${epoch})`);
      }
    },

    onError() {
      keepWeights([]);
    },

    onTrainEnd() {
      if (restoreBest !== undefined && bestWeights.length > 0) {
        assignAll(weightsOf(restoreBest), bestWeights);
      }
      keepWeights([]);
    },

    async state() {
      const now = { best, waited };
      return { ...now, weights: bestWeights.length > 0 ? await toHost(bestWeights) : null };
    },

    restore(state) {
      const { weights } = state;
      const wanted = restoreBest !== undefined && weights !== null;
      keepWeights(wanted ? fromHost("earlyStopping", weights, weightsOf(restoreBest)) : []);
      best = state.best;
      waited = state.waited;
    },
  };
}
