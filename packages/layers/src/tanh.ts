import type { Tensor } from "@tensorflow/tfjs-core";
import { tanh } from "./functional/activations.ts";
import { Module } from "./module.ts";

/**
 * The hyperbolic tangent, value by value. Input and output have any, equal shape.
 *
 * @example
 * ```ts
 * new Tanh().forward(tensor1d([-1, 2])); // => [-0.7616, 0.9640]
 * ```
 */
export class Tanh extends Module<Tensor, Tensor> {
  override forward<T extends Tensor>(x: T): T {
    return tanh(x);
  }
}
