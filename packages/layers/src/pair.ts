import { ArgumentError } from "@kindling/core";

/** One number for both axes, or `[height, width]`. */
export type Pair = number | readonly [height: number, width: number];

/** The pair as two numbers. */
export function toPair(value: Pair): readonly [height: number, width: number] {
  return typeof value === "number" ? [value, value] : value;
}

/** @throws {ArgumentError} unless both are integers from `least`. */
export function checkPair(where: string, name: string, value: Pair, least: number): void {
  const sizes: readonly number[] = typeof value === "number" ? [value] : value;
  if (
    sizes.length <= 2 &&
    sizes.length > 0 &&
    sizes.every((size) => Number.isInteger(size) && size >= least)
  ) {
    if (typeof value === "number" || sizes.length === 2) return;
  }
  throw new ArgumentError(
    `${where}: expected ${name} to be an integer from ${least} or a pair of them, got ${JSON.stringify(value)}`,
  );
}

/** @throws {ArgumentError} unless `value` is an integer from 1. */
export function checkSize(where: string, name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new ArgumentError(`${where}: expected ${name} to be an integer from 1, got ${value}`);
  }
}
