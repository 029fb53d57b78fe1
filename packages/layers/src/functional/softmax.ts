import {
  type Tensor,
  logSoftmax as tfLogSoftmax,
  softmax as tfSoftmax,
  tidy,
  transpose,
} from "@tensorflow/tfjs-core";
import { checkedAxis } from "./axis.ts";

/**
 * Probabilities along one axis: `exp(x) / Σ exp(x)`, each from 0 to 1, summing to 1.
 *
 * @param x - any shape but a scalar.
 * @param axis - an axis as stored; channels and classes are the last. @defaultValue -1
 * @returns of the shape of `x`; the caller disposes it.
 * @throws {ArgumentError} when `x` has no such axis.
 *
 * @example
 * ```ts
 * softmax(tensor1d([0, Math.log(3)])); // => [0.25, 0.75]
 * ```
 */
export function softmax<T extends Tensor>(x: T, axis: number = -1): T {
  return alongLast("softmax", x, axis, (y) => tfSoftmax(y));
}

/**
 * The logarithm of {@link softmax}, finite where that underflows.
 *
 * @param x - any shape but a scalar.
 * @param axis - an axis as stored; channels and classes are the last. @defaultValue -1
 * @returns of the shape of `x`; the caller disposes it.
 * @throws {ArgumentError} when `x` has no such axis.
 *
 * @example
 * ```ts
 * logSoftmax(tensor1d([0, Math.log(3)])); // => [-1.3863, -0.2877]
 * ```
 */
export function logSoftmax<T extends Tensor>(x: T, axis: number = -1): T {
  return alongLast("logSoftmax", x, axis, (y) => tfLogSoftmax(y));
}

/** tfjs works along the last axis only. */
function alongLast<T extends Tensor>(where: string, x: T, axis: number, f: (y: T) => T): T {
  const at = checkedAxis(where, x, axis);
  const last = x.rank - 1;
  if (at === last) return f(x);
  const swapped = Array.from({ length: x.rank }, (_, i) => (i === at ? last : i === last ? at : i));
  return tidy(() => transpose(f(transpose(x, swapped)), swapped));
}
