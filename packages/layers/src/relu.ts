import type { Tensor } from "@tensorflow/tfjs-core";
import { relu } from "./functional/activations.ts";
import { Module } from "./module.ts";

/**
 * `max(0, x)`, value by value. Input and output have any, equal shape.
 *
 * @example
 * ```ts
 * new ReLU().forward(tensor1d([-1, 2])); // => [0, 2]
 * ```
 */
export class ReLU extends Module<Tensor, Tensor> {
  override forward<T extends Tensor>(x: T): T {
    return relu(x);
  }
}
