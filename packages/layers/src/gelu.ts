import type { Tensor } from "@tensorflow/tfjs-core";
import { type GeluOptions, gelu } from "./functional/activations.ts";
import { Module } from "./module.ts";

/**
 * `x · Φ(x)`, Φ being the normal distribution's integral. Input and output have any, equal shape.
 *
 * @example
 * ```ts
 * new GELU({ approximate: "tanh" }).forward(tensor1d([0])); // => [0]
 * ```
 */
export class GELU extends Module<Tensor, Tensor> {
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
