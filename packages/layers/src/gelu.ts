import type { Tensor } from "@tensorflow/tfjs-core";
import { type GeluOptions, gelu } from "./functional/activations.ts";
import { Module } from "./module.ts";

/**
 * `x · Φ(x)`, Φ being the normal distribution's integral. Input and output have any, equal shape.
 *
 * @example
 * ```ts
 * new GELU().forward(tensor1d([-1, 2])); // => [-0.15866, 1.95450]
 * new GELU({ approximate: "tanh" }).forward(tensor1d([-1, 2])); // => [-0.15881, 1.95460]
 * ```
 */
export class GELU extends Module<Tensor, Tensor> {
  /** `tanh` for the approximation, `none` for the exact integral. */
  readonly approximate: "none" | "tanh";

  constructor({ approximate = "none" }: GeluOptions = {}) {
    super();
    this.approximate = approximate;
  }

  override forward<T extends Tensor>(x: T): T {
    return gelu(x, this);
  }

  override extraRepr(): string {
    return `approximate='${this.approximate}'`;
  }
}
