import type { Rank, Tensor } from "@tensorflow/tfjs-core";
import { kindOf } from "./kind.ts";
import { type StateOptions, StateTensor } from "./state-tensor.ts";

/**
 * A tensor that training changes. As a field of a {@link Module} it is found by itself.
 *
 * A tfjs `Variable`, so every op takes it as it is. It survives `tidy`; `dispose` frees it.
 *
 * @example
 * ```ts
 * class Scale extends Module {
 *   factor = new Parameter(ones([3]));
 *   override forward(x: Tensor): Tensor {
 *     return mul(x, this.factor);
 *   }
 * }
 * new Scale().parameters(); // => [[1, 1, 1]]
 * ```
 */
export class Parameter<R extends Rank = Rank> extends StateTensor<R> {
  /** @param initial - its first value, of any shape, or what makes it; owned, and disposed, from here on. */
  constructor(initial: Tensor<R> | (() => Tensor<R>), options: StateOptions = {}) {
    super(initial, true, options);
  }

  /** False freezes it: optimizers leave it alone. */
  get requiresGrad(): boolean {
    return this.trainable;
  }

  set requiresGrad(value: boolean) {
    this.trainable = value;
  }

  override get "~kind"(): "parameter" {
    return "parameter";
  }

  // tfjs answers true for every Variable; and another copy of this package makes Parameters too.
  static override [Symbol.hasInstance](value: unknown): value is Parameter {
    return kindOf(value) === "parameter";
  }
}
