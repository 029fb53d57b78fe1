import {
  add,
  engine,
  fill,
  type GradConfig,
  type NamedAttrMap,
  type NamedTensorMap,
  reshape,
  sum,
  type Tensor,
} from "@tensorflow/tfjs-core";

/** For each differentiable input of a kernel, by its name, how to compute its gradient. */
export type Gradients = { readonly [input: string]: () => Tensor };

/** What a kernel's gradient needs from the forward pass. */
export interface Saves<I extends string, O extends string> {
  /** Names of inputs. */
  readonly inputs?: readonly I[];
  /** Names to give the outputs, in the kernel's order; null for one that is not needed. */
  readonly outputs?: readonly (O | null)[];
}

/**
 * Describes the gradient of a kernel.
 *
 * A formula runs inside a `tidy` and may hand back `dy` or a saved tensor as it is. Each input's
 * gradient is a closure, so that only those asked for are computed. A gradient is float32 and has the
 * shape of its input; an input that holds integers (indices) gets zeros, so that a program in which
 * it depends on a parameter still runs.
 *
 * @param formula - from `dy` (the gradient for the first output), what was saved and the kernel's attributes.
 *
 * For the exponential: `gradient("Exp", { outputs: ["y"] }, (dy, { y }) => ({ x: () => mul(dy, y) }))`.
 */
export function gradient<
  const I extends string = never,
  const O extends string = never,
  A = unknown,
>(
  kernelName: string,
  { inputs = [], outputs = [] }: Saves<I, O>,
  formula: (dy: Tensor, saved: Readonly<Record<I | O, Tensor>>, attributes: A) => Gradients,
): GradConfig {
  const names = [...inputs, ...outputs.filter((name) => name !== null)];
  return {
    kernelName,
    inputsToSave: [...inputs],
    outputsToSave: outputs.map((name) => name !== null),
    gradFunc: (dy, tensors, attributes) => {
      const saved = Object.fromEntries(names.map((name, i) => [name, tensors[i]]));
      return formula(firstOf(dy), saved as Record<I | O, Tensor>, attributes as A);
    },
  };
}

/** The gradient of a kernel whose inputs are a list; each closure stands at its input's index. */
export function listGradient<A = unknown>(
  kernelName: string,
  formula: (dy: Tensor, inputs: readonly Tensor[], attributes: A) => readonly (() => Tensor)[],
): GradConfig {
  return {
    kernelName,
    saveAllInputs: true,
    gradFunc: (dy, inputs, attributes) =>
      Object.fromEntries(formula(firstOf(dy), inputs, attributes as A).entries()),
  };
}

/** The gradient of a kernel whose outputs are a list, from the gradients of them all. */
export function multiOutputGradient<A = unknown>(
  kernelName: string,
  formula: (dys: Tensor[], attributes: A) => Gradients,
): GradConfig {
  return {
    kernelName,
    gradFunc: (dy, _, attributes) => formula(Array.isArray(dy) ? dy : [dy], attributes as A),
  };
}

/** Runs a kernel that tfjs has no op for; itself differentiable where a gradient is registered. */
export function run(kernelName: string, inputs: NamedTensorMap, attributes: object = {}): Tensor {
  return engine().runKernel<Tensor>(kernelName, inputs, attributes as NamedAttrMap);
}

/** Sums a gradient over the axes along which an input of this shape was broadcast. */
export function unbroadcast(gradient: Tensor, shape: readonly number[]): Tensor {
  if (sameShape(gradient.shape, shape)) return gradient;
  const lead = gradient.rank - shape.length;
  const axes: number[] = [];
  gradient.shape.forEach((size, axis) => {
    if (axis < lead || (shape[axis - lead] === 1 && size !== 1)) axes.push(axis);
  });
  return reshaped(axes.length === 0 ? gradient : sum(gradient, axes), shape);
}

/** Repeats a gradient along its axes of size 1 up to this shape. */
export function broadcast(gradient: Tensor, shape: readonly number[]): Tensor {
  if (sameShape(gradient.shape, shape)) return gradient;
  // tfjs's own broadcastTo tiles, which takes its wasm backend 30 times as long.
  return add(fill([...shape], 0, "float32"), gradient);
}

/** `reshape` that does nothing when there is nothing to do. */
export function reshaped(x: Tensor, shape: readonly number[]): Tensor {
  return sameShape(x.shape, shape) ? x : reshape(x, [...shape]);
}

/** True for equal shapes. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Zeros for an input that has no gradient, made on the device. */
export function zerosFor(input: Tensor): Tensor {
  return fill([...input.shape], 0, "float32");
}

function firstOf(dy: Tensor | Tensor[]): Tensor {
  return Array.isArray(dy) ? (dy[0] as Tensor) : dy;
}
