import type { Tensor } from "@tensorflow/tfjs-core";
import { silu } from "./functional/activations.ts";
import { Module } from "./module.ts";

/**
 * `x · sigmoid(x)`, also called swish, value by value. Input and output have any, equal shape.
 *
 * @example
 * ```ts
 * new SiLU().forward(tensor1d([-1, 2])); // => [-0.2689, 1.7616]
 * ```
 */
export class SiLU extends Module<Tensor, Tensor> {
  override forward<T extends Tensor>(x: T): T {
    return silu(x);
  }
}
