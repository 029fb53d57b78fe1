import { clone, type Rank, type Tensor1D, tensor1d } from "@tensorflow/tfjs-core";
import { Buffer } from "./buffer.ts";

/** One number a class; a tensor stays the caller's. */
export type ClassWeights = Tensor1D | readonly number[] | null;

/** A loss's weights as its buffer. */
export function weightBuffer(
  weights: ClassWeights,
  name: string = "weight",
): Buffer<Rank.R1> | null {
  if (weights === null) return null;
  const initial = "shape" in weights ? clone(weights) : tensor1d([...weights]);
  return new Buffer<Rank.R1>(initial, { name });
}
