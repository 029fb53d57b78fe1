import { ArgumentError } from "@kindling/core";

/** Fails unless the option is a number from 0 up; NaN fails too. */
export function checkNotNegative(where: string, option: string, value: number): void {
  if (!(value >= 0)) {
    throw new ArgumentError(`${where}: expected ${option} to be 0 or more, got ${value}`);
  }
}

/** Fails unless both decay rates are in [0, 1). */
export function checkBetas(where: string, betas: readonly [number, number]): void {
  betas.forEach((beta, i) => {
    if (!(beta >= 0 && beta < 1)) {
      throw new ArgumentError(`${where}: expected betas[${i}] to be in [0, 1), got ${beta}`);
    }
  });
}

/** Fails unless the option is in [0, 1]. */
export function checkFraction(where: string, option: string, value: number): void {
  if (!(value >= 0 && value <= 1)) {
    throw new ArgumentError(`${where}: expected ${option} to be from 0 to 1, got ${value}`);
  }
}

/** Fails unless the option is above 0 and at most 1. */
export function checkFactor(where: string, option: string, value: number): void {
  if (!(value > 0 && value <= 1)) {
    throw new ArgumentError(`${where}: expected ${option} above 0 and at most 1, got ${value}`);
  }
}

/** Fails unless the option is a whole number from `least` up. */
export function checkWhole(where: string, option: string, value: number, least = 1): void {
  if (!(Number.isInteger(value) && value >= least)) {
    throw new ArgumentError(
      `${where}: expected ${option} to be a whole number from ${least} up, got ${value}`,
    );
  }
}
