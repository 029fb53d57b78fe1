import {
  add,
  keep,
  mul,
  neg,
  type Scalar,
  scalar,
  sub,
  type Tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import { Optimizer, type UpdateEntry } from "./optimizer.ts";

/** A scalar on the device, uploaded once a value and group. */
export type Constant = (value: number) => Scalar;

/** A parameter's new value and its new buffers. None of them may be the old tensor. */
export type Updated = { value: Tensor; buffers: Record<string, Tensor> };

/** The base of the optimizers that compute a step with tfjs's ops, one parameter after another. */
export abstract class ComposedOptimizer<O extends object> extends Optimizer<O> {
  /**
   * The formula of one step for one parameter; runs in a `tidy` of its own.
   *
   * @param constant - for numbers as operands: a plain number is an upload for each parameter.
   */
  protected abstract updateOne(options: O, entry: UpdateEntry, constant: Constant): Updated;

  protected override updateGroup(options: O, entries: readonly UpdateEntry[]): void {
    const uploaded = new Map<number, Scalar>();
    const constant: Constant = (value) => {
      const known = uploaded.get(value) ?? keep(scalar(value));
      uploaded.set(value, known);
      return known;
    };
    try {
      // All are computed before the first is written: an exception in between changes no parameter.
      const results = entries.map((entry) => tidy(() => this.updateOne(options, entry, constant)));
      entries.forEach((entry, i) => {
        const { value, buffers } = results[i] as Updated;
        this.commit(entry, value, buffers);
      });
    } finally {
      for (const known of uploaded.values()) known.dispose();
    }
  }
}

export interface Decay {
  readonly lr: number;
  readonly weightDecay: number;
  readonly maximize: boolean;
  /** The weights themselves are shrunk, not the gradient changed. */
  readonly decoupledWeightDecay?: boolean;
}

/** The parameter and the gradient that a formula begins with: climbing and weight decay are in them. */
export function decayed(
  { parameter, gradient }: UpdateEntry,
  { lr, weightDecay, maximize, decoupledWeightDecay = false }: Decay,
  constant: Constant,
): [p: Tensor, g: Tensor] {
  const g = maximize ? neg(gradient) : gradient;
  if (weightDecay === 0) return [parameter, g];
  if (decoupledWeightDecay) return [mul(parameter, constant(1 - lr * weightDecay)), g];
  return [parameter, add(g, mul(parameter, constant(weightDecay)))];
}

/** `mean` moved by `share` of the way to `value`. */
export function lerp(mean: Tensor, value: Tensor, share: Scalar): Tensor {
  return add(mean, mul(sub(value, mean), share));
}

/** The optimizer's memory of a parameter under a name of its layout. */
export function bufferOf({ state }: UpdateEntry, name: string): Tensor {
  return state.buffers.get(name) as Tensor;
}
