// What `ema` and `swa` share: all but when they update.

import type { AveragedWeightsOptions, AveragedWeightsState } from "../averaged-weights.ts";
import {
  type AveragedModel,
  type AveragedView,
  AveragedWeights,
  viewOf,
} from "../averaged-weights.ts";
import type { Callback } from "../callback.ts";

/** What {@link ema} and {@link swa} both take. */
export interface AverageOptions {
  /** Average the buffers (running statistics) too; else the model's own are used. @defaultValue `false` */
  useBuffers?: boolean;
  /**
   * What the model has when the run ends without an error: the averaged weights, or the trained ones.
   * @defaultValue `"averaged"`
   */
  atEnd?: "averaged" | "trained";
}

/** What {@link ema} or {@link swa} remembers. */
export interface WeightAverageState extends AveragedWeightsState {
  /** Of the run so far, those that were counted for `every`. */
  readonly steps: number;
}

/** {@link ema} or {@link swa}, with the model to validate. */
export interface WeightAverage<M extends AveragedModel> extends Callback {
  /**
   * The model for the trainer to validate and evaluate with the averaged weights:
   * `new Trainer({ model: average.model, … })`. In training mode it is the model as it is.
   */
  readonly model: AveragedView<M>;
  /** Gives the model the averaged weights until `undo`; nothing happens before the first update. */
  readonly apply: () => void;
  /** Gives the model its own weights back. */
  readonly undo: () => void;
  readonly state: () => Promise<WeightAverageState>;
  readonly restore: (state: WeightAverageState) => void;
}

/** When an average is updated. */
export interface AverageSchedule extends Partial<Callback> {
  /** Takes in what was trained since the last step's end. */
  readonly beforeEval?: () => void;
  /** Counts steps for `every`. */
  readonly counter?: { steps: number };
}

export function averageCallback<M extends AveragedModel>(
  name: string,
  model: M,
  { decay = null, useBuffers = false, atEnd = "averaged" }: AverageOptions & AveragedWeightsOptions,
  scheduleOf: (average: AveragedWeights) => AverageSchedule,
): WeightAverage<M> {
  const average = new AveragedWeights(model, { decay, useBuffers });
  const { beforeEval, counter = { steps: 0 }, onTrainStart, ...hooks } = scheduleOf(average);
  let failed = false;

  return {
    ...hooks,
    name,
    model: viewOf(model, average, beforeEval),

    onTrainStart(context) {
      average.dispose();
      counter.steps = 0;
      failed = false;
      return onTrainStart?.(context);
    },

    onError() {
      failed = true;
    },

    onTrainEnd() {
      if (failed || atEnd === "trained") average.undo();
      else average.apply();
      average.dispose();
    },

    apply: () => average.apply(),
    undo: () => average.undo(),

    async state() {
      const { steps } = counter;
      return { ...(await average.state()), steps };
    },

    restore(state) {
      average.restore(state);
      counter.steps = state.steps;
    },
  };
}
