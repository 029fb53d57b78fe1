import { ArgumentError } from "@kindling/core";

/** The metric that a callback goes by. @throws {ArgumentError} naming those that there are. */
export function monitored(
  where: string,
  monitor: string,
  metrics: Readonly<Record<string, number>>,
): number {
  const value = metrics[monitor];
  if (value === undefined) {
    const known = Object.keys(metrics).join(", ");
    throw new ArgumentError(
      `${where}: expected a metric "${monitor}", got none; this run reports ${known}`,
    );
  }
  return value;
}

/** @throws {ArgumentError} when an option is not an integer from 1. */
export function checkCount(where: string, option: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new ArgumentError(`${where}: expected ${option} to be an integer from 1, got ${value}`);
  }
}
