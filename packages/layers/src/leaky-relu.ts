import type { Tensor } from "@tensorflow/tfjs-core";
import { leakyRelu } from "./functional/activations.ts";
import { Module } from "./module.ts";
import { pythonFloat } from "./python.ts";

/**
 * `x` where positive, `negativeSlope · x` elsewhere. Input and output have any, equal shape.
 *
 * @example
 * ```ts
 * new LeakyReLU(0.1).forward(tensor1d([-1, 2])); // => [-0.1, 2]
 * ```
 */
export class LeakyReLU extends Module<Tensor, Tensor> {
  /** The slope below 0. @defaultValue 0.01 */
  readonly negativeSlope: number;

  constructor(negativeSlope: number = 0.01) {
    super();
    this.negativeSlope = negativeSlope;
  }

  override forward<T extends Tensor>(x: T): T {
    return leakyRelu(x, this.negativeSlope);
  }

  override extraRepr(): string {
    return `negative_slope=${pythonFloat(this.negativeSlope)}`;
  }
}
