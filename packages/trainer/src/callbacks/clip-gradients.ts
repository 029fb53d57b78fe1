// torch.nn.utils.clip_grad_norm_ and clip_grad_value_, as `@kindling/optim` has them as functions; here
// again because the trainer takes optimizers by structure and imports no package of them.
import { ArgumentError, FUSED, hasFusedKernel } from "@kindling/core";
import {
  abs,
  add,
  clipByValue,
  div,
  engine,
  max,
  minimum,
  mul,
  pow,
  type Scalar,
  scalar,
  sqrt,
  square,
  stack,
  sum,
  type Tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import type { Callback } from "../callback.ts";

/** One a parameter; null where the loss does not depend on it. */
export type GradientList = (Tensor | null)[];

/** An optimizer that lets others change, or see, the gradients of an update. */
export interface HasGradientHooks {
  /** The function it returns takes the hook off. */
  readonly registerGradientHook: (hook: (gradients: GradientList) => void) => () => void;
}

export interface ClipNormOptions {
  /** The most that the norm of all gradients together, as one vector, may be; from 0. */
  maxNorm: number;
  /** The p of the norm, above 0; `Infinity` is the largest magnitude. @defaultValue 2 */
  normType?: number;
  maxValue?: never;
}

export interface ClipValueOptions {
  /** The most that each gradient's magnitude may be, from 0. */
  maxValue: number;
  maxNorm?: never;
}

/** torch adds it to the norm so that a norm of 0 divides nothing by 0. */
const EPSILON = 1e-6;

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
 * new Trainer({ model, loss, optimizer, callbacks: [clipGradients(optimizer, { maxNorm: 1 })] });
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
    return (gradients) => replaceAll(gradients, (list) => list.map((g) => within(g, limit)));
  }
  const { normType = 2 } = options as Partial<ClipNormOptions>;
  if (!(normType > 0)) {
    throw new ArgumentError(`clipGradients: expected normType to be above 0, got ${normType}`);
  }
  return (gradients) => replaceAll(gradients, (list) => scaled(list, maxNorm, normType));
}

/** Puts new tensors in place of those that are there, and disposes these. */
function replaceAll(gradients: GradientList, f: (present: Tensor[]) => Tensor[]): void {
  const present = gradients.filter((gradient) => gradient !== null);
  if (present.length === 0) return;
  const replaced = tidy(() => f(present));
  gradients.forEach((gradient, i) => {
    if (gradient === null) return;
    gradients[i] = replaced.shift() as Tensor;
    gradient.dispose();
  });
}

function within(gradient: Tensor, limit: number): Tensor {
  return clipByValue(gradient, -limit, limit);
}

function scaled(gradients: readonly Tensor[], maxNorm: number, p: number): Tensor[] {
  const norm = add(normOf(gradients, p), scalar(EPSILON));
  const factor = minimum(div(scalar(maxNorm), norm), scalar(1));
  return gradients.map((gradient) => mul(gradient, factor));
}

function normOf(tensors: readonly Tensor[], p: number): Tensor {
  const over = (partial: (tensor: Tensor) => Tensor) => stack(tensors.map((t) => partial(t)));
  if (p === 2) return sqrt(sum(over(sumOfSquares)));
  if (p === Number.POSITIVE_INFINITY) return max(over((t) => max(abs(t))));
  return pow(sum(over((t) => sum(pow(abs(t), scalar(p))))), scalar(1 / p));
}

function sumOfSquares(x: Tensor): Scalar {
  if (!hasFusedKernel(FUSED.sumOfSquares)) return sum(square(x));
  return engine().runKernel(FUSED.sumOfSquares, { x }) as Scalar;
}
