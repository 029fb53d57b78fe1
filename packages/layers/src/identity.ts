import { clone, type Tensor } from "@tensorflow/tfjs-core";
import { Module } from "./module.ts";

/**
 * Passes its input on: a placeholder for a layer. The caller owns the result, as any layer's.
 *
 * @example
 * ```ts
 * new Identity().forward(tensor1d([1, 2])); // => [1, 2]
 * ```
 */
export class Identity extends Module<Tensor, Tensor> {
  override forward<T extends Tensor>(x: T): T {
    return clone(x);
  }
}
