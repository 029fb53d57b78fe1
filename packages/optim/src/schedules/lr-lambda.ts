import { ArgumentError } from "@kindling/core";
import type { ScheduledOptimizer } from "./scheduled-optimizer.ts";

/** A factor by the epoch, counted from 0. */
export type LrLambda = (epoch: number) => number;

/** @throws {ArgumentError} when there are more or fewer functions than groups. */
export function lambdasOf(
  where: string,
  given: LrLambda | readonly LrLambda[],
  { paramGroups }: ScheduledOptimizer,
): readonly LrLambda[] {
  if (typeof given === "function") return paramGroups.map(() => given);
  if (given.length !== paramGroups.length) {
    throw new ArgumentError(
      `${where}: expected ${paramGroups.length} functions, one a parameter group, got ${given.length}`,
    );
  }
  return [...given];
}
