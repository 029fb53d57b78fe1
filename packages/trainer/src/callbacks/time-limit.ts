import { ArgumentError } from "@kindling/core";
import type { Callback } from "../callback.ts";

/** How long {@link timeLimit} lets a run go on. */
export interface TimeLimitOptions {
  /** Wall clock from the run's start, above 0, with that of the runs it goes on from. */
  seconds: number;
  /** Where it may stop: after a step, or after an epoch with its validation. @defaultValue `"step"` */
  every?: "epoch" | "step";
}

/** What {@link timeLimit} remembers. */
export interface TimeLimitState {
  /** Wall clock so far, with that of the runs it goes on from. */
  readonly elapsedSeconds: number;
}

/** {@link timeLimit} with its memory. */
export interface TimeLimit extends Callback {
  readonly state: () => TimeLimitState;
  readonly restore: (state: TimeLimitState) => void;
}

/**
 * Stops the run once it has taken some time; an epoch stopped at a step is not recorded.
 *
 * @throws {ArgumentError} when `seconds` is not above 0.
 *
 * @example
 * ```ts
 * const limit = timeLimit({ seconds: 12 * 3600, every: "epoch" });
 * await new Trainer({ model, loss, optimizer, callbacks: [limit] }).fit(loader, { epochs: 2 });
 * timeLimit({ seconds: 0 }); // => ArgumentError: timeLimit: expected seconds above 0, got 0
 * ```
 */
export function timeLimit({ seconds, every = "step" }: TimeLimitOptions): TimeLimit {
  if (!(seconds > 0)) {
    throw new ArgumentError(`timeLimit: expected seconds above 0, got ${seconds}`);
  }
  /** Of earlier runs. */
  let before = 0;
  /** On `performance.now`'s clock. */
  let start = performance.now();
  const elapsedSeconds = (): number => before + (performance.now() - start) / 1000;
  const stopWhenOver = (stop: (reason: string) => void): void => {
    if (elapsedSeconds() >= seconds) stop(`the time limit of ${seconds} s is over`);
  };

  return {
    name: "timeLimit",

    onTrainStart() {
      before = 0;
      start = performance.now();
    },

    onBatchEnd({ stop }) {
      if (every === "step") stopWhenOver(stop);
    },

    // Validation takes time too, so this is for both.
    onEpochEnd({ stop }) {
      stopWhenOver(stop);
    },

    state: () => ({ elapsedSeconds: elapsedSeconds() }),

    restore(state) {
      before = state.elapsedSeconds;
      start = performance.now();
    },
  };
}
