import type { Callback } from "../callback.ts";

/** An optimizer whose learning rates can be seen. */
export interface HasLearningRates {
  /** Whose rates are read. */
  readonly paramGroups: readonly { readonly lr: number }[];
}

/** The learning rates of an epoch or a step. */
export interface LearningRates {
  /** Counted from 1. */
  readonly epoch: number;
  /** The step that these rates are for, in the whole run, counted from 1; null with `every: "epoch"`. */
  readonly step: number | null;
  /** One a parameter group. */
  readonly rates: readonly number[];
}

/** When {@link learningRateMonitor} looks, and whom it tells. */
export interface LearningRateMonitorOptions {
  /** When to look: before each epoch or before each step. @defaultValue `"epoch"` */
  every?: "epoch" | "step";
  /** Gets each record as it is made. @defaultValue none */
  sink?: (record: LearningRates) => void;
}

/** {@link learningRateMonitor} with what it saw. */
export interface LearningRateMonitor extends Callback {
  /** Those of the run, in order. */
  readonly records: readonly LearningRates[];
}

/**
 * Records the learning rate of each parameter group, as the next epoch or step uses it.
 *
 * @example
 * ```ts
 * const rates = learningRateMonitor(optimizer);
 * await new Trainer({ model, loss, optimizer, callbacks: [rates] }).fit(loader, { epochs: 2 });
 * rates.records; // => [{ epoch: 1, step: null, rates: [0.1] }, { epoch: 2, step: null, rates: [0.1] }]
 * ```
 */
export function learningRateMonitor(
  optimizer: HasLearningRates,
  { every = "epoch", sink }: LearningRateMonitorOptions = {},
): LearningRateMonitor {
  const records: LearningRates[] = [];
  const look = (epoch: number, step: number | null): void => {
    const record = { epoch, step, rates: optimizer.paramGroups.map(({ lr }) => lr) };
    records.push(record);
    sink?.(record);
  };

  return {
    name: "learningRateMonitor",
    records,

    onTrainStart() {
      records.length = 0;
    },

    onEpochStart({ epoch }) {
      if (every === "epoch") look(epoch, null);
    },

    onBatchStart({ epoch, step }) {
      if (every === "step") look(epoch, step);
    },
  };
}
