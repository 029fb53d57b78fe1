import type { Tensor } from "@tensorflow/tfjs-core";
import { logSoftmax } from "./functional/softmax.ts";
import { Module } from "./module.ts";

/**
 * The logarithm of the softmax along one axis. Input and output have any, equal shape.
 *
 * `dim` is an axis as stored: channels and classes are the last, −1, which is the default.
 *
 * @throws {ArgumentError} when the input has no such axis.
 *
 * @example
 * ```ts
 * new LogSoftmax().forward(tensor1d([0, Math.log(3)])); // => [-1.3863, -0.2877]
 * ```
 */
export class LogSoftmax extends Module<Tensor, Tensor> {
  /** The axis, as stored; from the end when negative. @defaultValue -1 */
  readonly dim: number;

  constructor(dim: number = -1) {
    super();
    this.dim = dim;
  }

  override forward<T extends Tensor>(x: T): T {
    return logSoftmax(x, this.dim);
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}
