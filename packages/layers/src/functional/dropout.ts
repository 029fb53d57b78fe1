import { ArgumentError, defaultGenerator, type Generator } from "@kindling/core";
import { clone, mul, type Tensor, tensor, tidy, zerosLike } from "@tensorflow/tfjs-core";

export interface DropoutOptions {
  /** The probability that a value is dropped, 0 to 1. @defaultValue 0.5 */
  p?: number;
  /** False returns `x` as it is. @defaultValue true */
  training?: boolean;
  /** Where the mask comes from. @defaultValue `defaultGenerator` */
  generator?: Generator;
}

/**
 * Sets values to 0 with probability `p` and scales the others by 1 / (1 − p).
 *
 * The mask is one draw a value, the same on every backend; PyTorch's own masks differ.
 *
 * @returns of the shape of `x`; the caller disposes it.
 * @throws {ArgumentError} when `p` is not from 0 to 1.
 */
export function dropout<T extends Tensor>(
  x: T,
  { p = 0.5, training = true, generator = defaultGenerator }: DropoutOptions = {},
): T {
  checkProbability("dropout", p);
  if (!training || p === 0) return clone(x);
  if (p === 1) return tidy(() => mul(x, zerosLike(x)));
  const mask = generator.uniform(x.size);
  const scale = 1 / (1 - p);
  for (let i = 0; i < mask.length; i++) mask[i] = (mask[i] as number) < p ? 0 : scale;
  return tidy(() => mul(x, tensor(mask, x.shape)));
}

/** @throws {ArgumentError} when `p` is not from 0 to 1. */
export function checkProbability(where: string, p: number): void {
  if (!(p >= 0 && p <= 1)) {
    throw new ArgumentError(`${where}: expected p from 0 to 1, got ${p}`);
  }
}
