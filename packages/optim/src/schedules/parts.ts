// What the schedules made of schedules share.
import { ArgumentError } from "@kindling/core";
import type { LRScheduler } from "./lr-scheduler.ts";
import type { ScheduleStateDict } from "./schedule-state.ts";
import type { ScheduledOptimizer } from "./scheduled-optimizer.ts";

/** @throws {ArgumentError} when there are none, or one is of another optimizer. */
export function checkParts(
  where: string,
  parts: readonly LRScheduler[],
  optimizer: ScheduledOptimizer | undefined,
): asserts optimizer is ScheduledOptimizer {
  if (parts.length === 0 || optimizer === undefined) {
    throw new ArgumentError(`${where}: expected schedules, got an empty list`);
  }
  parts.forEach((part, i) => {
    if (part.optimizer !== optimizer) {
      throw new ArgumentError(
        `${where}: expected schedules of one optimizer, got ${part.name} of another at ${i}`,
      );
    }
  });
}

/** Loads each part's state, or none. */
export function loadParts(where: string, parts: readonly LRScheduler[], saved: unknown): void {
  if (!Array.isArray(saved) || saved.length !== parts.length) {
    const got = Array.isArray(saved) ? saved.length : String(saved);
    throw new ArgumentError(`${where}: expected a state of ${parts.length} schedules, got ${got}`);
  }
  const before = parts.map((part) => part.stateDict());
  try {
    parts.forEach((part, i) => {
      part.loadStateDict(saved[i] as ScheduleStateDict);
    });
  } catch (error) {
    parts.forEach((part, i) => {
      part.loadStateDict(before[i] as ScheduleStateDict);
    });
    throw error;
  }
}
