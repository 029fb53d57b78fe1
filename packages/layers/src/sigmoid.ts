import type { Tensor } from "@tensorflow/tfjs-core";
import { sigmoid } from "./functional/activations.ts";
import { Module } from "./module.ts";

/**
 * `1 / (1 + exp(−x))`, value by value. Input and output have any, equal shape.
 *
 * @example
 * ```ts
 * new Sigmoid().forward(tensor1d([0, 2])); // => [0.5, 0.8808]
 * ```
 */
export class Sigmoid extends Module<Tensor, Tensor> {
  override forward<T extends Tensor>(x: T): T {
    return sigmoid(x);
  }
}
