import type { Rank, ShapeMap, Tensor } from "@tensorflow/tfjs-core";
import { tensor, util } from "@tensorflow/tfjs-core";
import { defaultGenerator, type Generator } from "./generator.ts";

export interface RandomOptions {
  /** Where the values come from. @defaultValue `defaultGenerator` */
  generator?: Generator;
}

/** float32 values uniform in [0, 1): `torch.rand`. The caller disposes the result. */
export function rand<R extends Rank>(
  shape: ShapeMap[R],
  { generator = defaultGenerator }: RandomOptions = {},
): Tensor<R> {
  return tensor(generator.uniform(util.sizeFromShape(shape)), shape, "float32");
}

/** float32 values of the standard normal distribution: `torch.randn`. The caller disposes the result. */
export function randn<R extends Rank>(
  shape: ShapeMap[R],
  { generator = defaultGenerator }: RandomOptions = {},
): Tensor<R> {
  return tensor(generator.normal(util.sizeFromShape(shape)), shape, "float32");
}

/** The numbers 0 to n − 1 in random order: `torch.randperm`. */
export function randperm(
  n: number,
  { generator = defaultGenerator }: RandomOptions = {},
): Int32Array {
  return generator.permutation(n);
}
