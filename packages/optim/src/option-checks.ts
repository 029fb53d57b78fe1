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
