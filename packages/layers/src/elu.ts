import type { Tensor } from "@tensorflow/tfjs-core";
import { elu } from "./functional/activations.ts";
import { Module } from "./module.ts";
import { pythonFloat } from "./python.ts";

/**
 * `x` where positive, `alpha · (exp(x) − 1)` elsewhere. Input and output have any, equal shape.
 *
 * @example
 * ```ts
 * new ELU().forward(tensor1d([-1, 2])); // => [-0.6321, 2]
 * ```
 */
export class ELU extends Module<Tensor, Tensor> {
  /** What large negative values come to, negated. @defaultValue 1 */
  readonly alpha: number;

  constructor(alpha: number = 1) {
    super();
    this.alpha = alpha;
  }

  override forward<T extends Tensor>(x: T): T {
    return elu(x, this.alpha);
  }

  override extraRepr(): string {
    return `alpha=${pythonFloat(this.alpha)}`;
  }
}
