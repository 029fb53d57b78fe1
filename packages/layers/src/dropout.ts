import { defaultGenerator, type Generator } from "@kindling/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { checkProbability, dropout } from "./functional/dropout.ts";
import { Module } from "./module.ts";
import { pythonFloat } from "./python.ts";

/** What {@link Dropout} takes besides `p`. */
export interface DropoutLayerOptions {
  /** Where the masks come from. @defaultValue `defaultGenerator` */
  generator?: Generator;
}

/**
 * While training, sets values to 0 with probability `p` and scales the others by 1 / (1 − p).
 *
 * Input and output have any, equal shape. In evaluation it passes its input on. Masks are the same on
 * every backend for a seed; PyTorch's own differ.
 *
 * @throws {ArgumentError} when `p` is not from 0 to 1.
 *
 * @example
 * ```ts
 * new Dropout(0.2).eval().forward(ones([2])); // => [1, 1]
 * ```
 */
export class Dropout extends Module<Tensor, Tensor> {
  /** The probability that a value is dropped, 0 to 1. @defaultValue 0.5 */
  readonly p: number;
  readonly #generator: Generator;

  constructor(p: number = 0.5, { generator = defaultGenerator }: DropoutLayerOptions = {}) {
    super();
    checkProbability("Dropout", p);
    this.p = p;
    this.#generator = generator;
  }

  override forward<T extends Tensor>(x: T): T {
    return dropout(x, { p: this.p, training: this.training, generator: this.#generator });
  }

  override extraRepr(): string {
    return `p=${pythonFloat(this.p)}, inplace=False`;
  }
}
