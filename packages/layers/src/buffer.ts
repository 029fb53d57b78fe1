import type { Rank, Tensor } from "@tensorflow/tfjs-core";
import { kindOf } from "./kind.ts";
import { type StateOptions, StateTensor } from "./state-tensor.ts";

/** What a {@link Buffer} takes. */
export interface BufferOptions extends StateOptions {
  /** Part of the state dict. @defaultValue true */
  persistent?: boolean;
}

/**
 * State that is saved with a module but not trained, such as running statistics.
 *
 * Change it with `assign(value)`, which shares the value's data: the caller still disposes `value`.
 *
 * @example
 * ```ts
 * class Centre extends Module {
 *   mean = new Buffer(zeros([4]));
 *   override forward(x: Tensor): Tensor {
 *     return sub(x, this.mean);
 *   }
 * }
 * const layer = new Centre();
 * layer.mean.assign(ones([4]));
 * layer.parameters(); // => []
 * (await layer.stateDict()).mean?.data; // => Float32Array [1, 1, 1, 1]
 * ```
 */
export class Buffer<R extends Rank = Rank> extends StateTensor<R> {
  /** Part of the state dict. */
  readonly persistent: boolean;

  /** @param initial - its first value, of any shape, or what makes it; owned, and disposed, from here on. */
  constructor(
    initial: Tensor<R> | (() => Tensor<R>),
    { persistent = true, ...options }: BufferOptions = {},
  ) {
    super(initial, false, options);
    this.persistent = persistent;
  }

  override get "~kind"(): "buffer" {
    return "buffer";
  }

  static override [Symbol.hasInstance](value: unknown): value is Buffer {
    return kindOf(value) === "buffer";
  }
}
