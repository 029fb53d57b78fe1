import { ArgumentError } from "@kindling/core";
import type { Callback } from "../callback.ts";
import { monitored } from "./option-checks.ts";
import { type CountsUpdates, updateWatch } from "./updates.ts";

/** Its memory, when it has one, becomes the callback's. */
interface ScheduleMemory {
  /** What `loadStateDict` takes. @defaultValue none: it remembers nothing */
  readonly stateDict?: () => unknown;
  /** Goes on from what `stateDict` gave. @defaultValue none */
  readonly loadStateDict?: (state: never) => void;
}

/** A learning-rate schedule such as `StepLR`: each `step` sets the next rates. */
export interface Scheduler extends ScheduleMemory {
  /** Sets the rates of the next epoch or step. */
  readonly step: () => void;
}

/** A schedule that goes by a metric, such as `ReduceLROnPlateau`. */
export interface MetricScheduler extends ScheduleMemory {
  /** Sets the rates of the next epoch by the metric of the one that ended. */
  readonly step: (metric: number) => void;
}

/** When {@link schedule} calls `step`. */
export interface ScheduleOptions {
  /** What its `step` counts. @defaultValue `"epoch"` */
  every?: "epoch" | "step";
  /**
   * With `every: "step"`: what `accumulateGradients` made, so that only its updates count and not the
   * steps in between. @defaultValue each step counts
   */
  updatesOf?: CountsUpdates;
}

/** The metric that {@link schedule} calls `step` with, after each epoch. */
export interface MetricScheduleOptions {
  /** A name of the epoch's metrics, which `step` gets. */
  monitor: string;
}

/** {@link schedule} with the scheduler's memory. */
export interface Schedule extends Callback {
  /** What the scheduler's `stateDict` gives; null when it has none. */
  readonly state: () => unknown;
  readonly restore: (state: unknown) => void;
}

/**
 * Calls a learning-rate schedule's `step` after each epoch or each step.
 *
 * Its memory goes on from run to run, as the scheduler's does.
 *
 * @throws {ArgumentError} in `fit`, when the run reports no such metric; when options exclude each other.
 *
 * @example
 * ```ts
 * schedule(new CosineAnnealingLR(optimizer, 10)); // after each epoch
 * schedule(new OneCycleLR(optimizer, 0.1, { totalSteps: 10 * loader.length }), { every: "step" });
 * schedule(new ReduceLROnPlateau(optimizer), { monitor: "valLoss" });
 * ```
 */
export function schedule(scheduler: Scheduler, options?: ScheduleOptions): Schedule;
export function schedule(scheduler: MetricScheduler, options: MetricScheduleOptions): Schedule;
export function schedule(
  scheduler: Scheduler | MetricScheduler,
  { every = "epoch", updatesOf, monitor }: ScheduleOptions & Partial<MetricScheduleOptions> = {},
): Schedule {
  if (every === "step" && monitor !== undefined) {
    throw new ArgumentError(
      `schedule: expected monitor with every: "epoch", got monitor "${monitor}" with every: "step"; ` +
        "metrics are known at an epoch's end",
    );
  }
  if (every === "epoch" && updatesOf !== undefined) {
    throw new ArgumentError(
      'schedule: expected updatesOf with every: "step", got it with every: "epoch"; leave it out',
    );
  }
  let updated = updateWatch(updatesOf);
  // Only the overload with a metric takes a scheduler that needs one.
  const step = scheduler.step.bind(scheduler) as (metric?: number) => void;

  return {
    name: "schedule",

    onTrainStart() {
      updated = updateWatch(updatesOf);
    },

    onBatchEnd() {
      if (every === "step" && updated()) step();
    },

    onEpochEnd({ metrics }) {
      if (monitor !== undefined) step(monitored("schedule", monitor, metrics));
      else if (every === "epoch") step();
      // What was left over at the epoch's end was an update after the last step.
      else if (updatesOf !== undefined && updated()) step();
    },

    state: () => scheduler.stateDict?.() ?? null,

    restore(state) {
      if (state !== null) scheduler.loadStateDict?.(state as never);
    },
  };
}
