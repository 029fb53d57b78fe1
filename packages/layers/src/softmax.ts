import type { Tensor } from "@tensorflow/tfjs-core";
import { softmax } from "./functional/softmax.ts";
import { Module } from "./module.ts";

/**
 * Probabilities along one axis, each from 0 to 1 and summing to 1. Input and output have any, equal shape.
 *
 * `dim` is an axis as stored: channels and classes are the last, −1, which is the default.
 *
 * @throws {ArgumentError} when the input has no such axis.
 *
 * @example
 * ```ts
 * new Softmax().forward(tensor1d([0, 0])); // => [0.5, 0.5]
 * ```
 */
export class Softmax extends Module<Tensor, Tensor> {
  /** The axis, as stored; from the end when negative. @defaultValue -1 */
  readonly dim: number;

  constructor(dim: number = -1) {
    super();
    this.dim = dim;
  }

  override forward<T extends Tensor>(x: T): T {
    return softmax(x, this.dim);
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}
