import type { Rank, ShapeMap, Tensor } from "@tensorflow/tfjs-core";
import { tensor, util } from "@tensorflow/tfjs-core";
import { defaultGenerator, type Generator } from "./generator.ts";

/** What {@link rand}, {@link randn} and {@link randperm} take. */
export interface RandomOptions {
  /** Where the values come from. @defaultValue `defaultGenerator` */
  generator?: Generator;
}

/**
 * float32 values uniform from 0 to below 1: `torch.rand`.
 *
 * @param shape - any shape; `[]` for a scalar.
 * @returns a tensor of that shape; the caller disposes it.
 *
 * @example
 * ```ts
 * rand([2], { generator: new Generator(0) }); // => [0.4963, 0.7682]
 * ```
 */
export function rand<R extends Rank>(
  shape: ShapeMap[R],
  { generator = defaultGenerator }: RandomOptions = {},
): Tensor<R> {
  return tensor(generator.uniform(util.sizeFromShape(shape)), shape, "float32");
}

/**
 * float32 values of the standard normal distribution: `torch.randn`.
 *
 * @param shape - any shape; `[]` for a scalar.
 * @returns a tensor of that shape; the caller disposes it.
 *
 * @example
 * ```ts
 * randn([2], { generator: new Generator(0) }); // => [1.5410, -0.2934]
 * ```
 */
export function randn<R extends Rank>(
  shape: ShapeMap[R],
  { generator = defaultGenerator }: RandomOptions = {},
): Tensor<R> {
  return tensor(generator.normal(util.sizeFromShape(shape)), shape, "float32");
}

/**
 * The numbers 0 to n − 1 in random order: `torch.randperm`.
 *
 * @throws {ArgumentError} when `n` is not an integer from 0.
 *
 * @example
 * ```ts
 * randperm(5, { generator: new Generator(0) }); // => Int32Array [4, 0, 1, 3, 2]
 * ```
 */
export function randperm(
  n: number,
  { generator = defaultGenerator }: RandomOptions = {},
): Int32Array {
  return generator.permutation(n);
}
