// torch.nn.utils.clip_grad_norm_ and clip_grad_value_, of core, for the time of a run.
import { ArgumentError, clipGradNorm, clipGradValue } from "@kindling/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Callback } from "../callback.ts";

/** One a parameter; null where the loss does not depend on it. */
export type GradientList = (Tensor | null)[];

/** An optimizer that lets others change, or see, the gradients of an update. */
export interface HasGradientHooks {
  /** The function it returns takes the hook off. */
  readonly registerGradientHook: (hook: (gradients: GradientList) => void) => () => void;
}

/** A limit for {@link clipGradients} on the norm of all gradients. */
export interface ClipNormOptions {
  /** The most that the norm of all gradients together, as one vector, may be; from 0. */
  maxNorm: number;
  /** The p of the norm, above 0; `Infinity` is the largest magnitude. @defaultValue 2 */
  normType?: number;
  /** Left out: there is one limit. */
  maxValue?: never;
}

/** A limit for {@link clipGradients} on each value of the gradients. */
export interface ClipValueOptions {
  /** The most that each gradient's magnitude may be, from 0. */
  maxValue: number;
  /** Left out: there is one limit. */
  maxNorm?: never;
}

/**
 * Clips the gradients of each update while `fit` runs, by their norm or each by itself, as PyTorch's
 * `clip_grad_norm_` and `clip_grad_value_` do. Reads nothing from the device.
 *
 * With accumulated gradients, give it the optimizer inside: what is clipped is their mean.
 *
 * @throws {ArgumentError} unless there is one limit, in its range.
 *
 * @example
 * ```ts
 * const clipping = clipGradients(optimizer, { maxNorm: 1 });
 * await new Trainer({ model, loss, optimizer, callbacks: [clipping] }).fit(loader, { epochs: 1 });
 * ```
 */
export function clipGradients(
  optimizer: HasGradientHooks,
  options: ClipNormOptions | ClipValueOptions,
): Callback {
  const clip = clipper(options);
  let remove: () => void = () => {};

  return {
    name: "clipGradients",

    onTrainStart() {
      remove = optimizer.registerGradientHook(clip);
    },

    onTrainEnd() {
      remove();
    },
  };
}

function clipper({
  maxNorm,
  maxValue,
  ...options
}: ClipNormOptions | ClipValueOptions): (gradients: GradientList) => void {
  if ((maxNorm === undefined) === (maxValue === undefined)) {
    const got = maxNorm === undefined ? "neither" : "both";
    throw new ArgumentError(`clipGradients: expected maxNorm or maxValue, got ${got}`);
  }
  const [name, limit] = maxNorm === undefined ? ["maxValue", maxValue] : ["maxNorm", maxNorm];
  if (!(limit !== undefined && limit >= 0)) {
    throw new ArgumentError(`clipGradients: expected ${name} to be 0 or more, got ${limit}`);
  }
  if (maxNorm === undefined) {
    return (gradients) => clipGradValue(gradients, limit);
  }
  const { normType = 2 } = options as Partial<ClipNormOptions>;
  if (!(normType > 0)) {
    throw new ArgumentError(`clipGradients: expected normType to be above 0, got ${normType}`);
  }
  return (gradients) => clipGradNorm(gradients, maxNorm, { normType }).dispose();
}
