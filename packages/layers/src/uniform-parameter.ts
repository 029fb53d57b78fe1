import type { Generator } from "@kindling/core";
import type { Rank, Tensor } from "@tensorflow/tfjs-core";
import { upload } from "./host-tensor.ts";
import { Parameter } from "./parameter.ts";

/**
 * A parameter uniform in ±`bound`, drawn in PyTorch's order whatever its layout.
 *
 * @param shape - in PyTorch's layout.
 */
export function uniformParameter<R extends Rank>(
  shape: readonly number[],
  bound: number,
  generator: Generator,
  layout: readonly number[] | null = null,
): Parameter<R> {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = generator.uniform(size, -bound, bound);
  const initial: Tensor<R> = upload<R>({ shape, data, dtype: "float32" }, layout);
  return new Parameter<R>(initial, { layout });
}
