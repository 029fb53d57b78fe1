import { ShapeError } from "@kindling/core";
import {
  add,
  matMul,
  reshape,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
} from "@tensorflow/tfjs-core";

/**
 * Affine map of the last axis: `y = x · Wᵀ + b`.
 *
 * @param x - `[...batch, in]`
 * @param weight - `[out, in]`
 * @param bias - `[out]`; none by default.
 * @returns `[...batch, out]`; the caller disposes it.
 * @throws {ShapeError} when the last axis of `x` is not `in`.
 *
 * @example
 * ```ts
 * linear(tensor2d([[1, 2]]), tensor2d([[1, 1], [0, 1], [2, 0]]), tensor1d([0, 0, 1])); // => [[3, 2, 3]]
 * ```
 */
export function linear<T extends Tensor>(x: T, weight: Tensor2D, bias: Tensor1D | null = null): T {
  checkFeatures("linear", x, weight.shape[1]);
  return tidy(() => {
    // One matrix product whatever the batch axes are; tfjs's own broadcasting would copy the weight.
    const rows = x.rank === 2 ? (x as Tensor) : reshape(x, [-1, weight.shape[1]]);
    const y = matMul(rows as Tensor2D, weight, false, true);
    const sum = bias === null ? y : add(y, bias);
    return (x.rank === 2 ? sum : reshape(sum, [...x.shape.slice(0, -1), weight.shape[0]])) as T;
  });
}

/** @throws {ShapeError} when the last axis of `x` is not `features`. */
export function checkFeatures(where: string, x: Tensor, features: number): void {
  if (x.shape.at(-1) === features) return;
  const flattened = x.rank > 2 && x.shape.slice(1).reduce((a, b) => a * b, 1) === features;
  throw new ShapeError(
    where,
    `[..., ${features}]`,
    x.shape,
    flattened ? "add new Flatten() before it" : undefined,
  );
}
