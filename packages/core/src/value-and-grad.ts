import { add, clone, engine, ones, type Scalar, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { ArgumentError, ShapeError } from "./errors.ts";
import { FUSED, hasFusedGradient } from "./fused.ts";
import { connecting, given, inputGradients, type TapeNode } from "./tape.ts";

/** The parts of tfjs's engine that are private in its types but are what its own `grads` runs on. */
interface GradientEngine {
  readonly state: {
    activeTape: TapeNode[] | null;
    readonly gradientDepth: number;
    readonly kernelDepth: number;
  };
  startTape(): void;
  endTape(): void;
  keep: (tensor: Tensor) => Tensor;
}

/** A value and its derivatives. */
export interface ValueAndGrad {
  /** What `f` returned, a scalar. The caller disposes it. */
  readonly value: Scalar;
  /** One a parameter, of its shape; null where `f` does not depend on it. The caller disposes them. */
  readonly gradients: (Tensor | null)[];
}

/**
 * Runs `f` and returns its value with the gradient of that value for each parameter.
 *
 * Tensors made inside `f` are disposed, those saved for the backward pass as soon as it has used
 * them; an exception in `f` or in a gradient leaks nothing. May be nested for second derivatives.
 *
 * @param f - synchronous; returns a float32 scalar computed from the parameters.
 * @param parameters - of any shape; each gradient has its parameter's.
 * @throws {ShapeError} when `f` does not return a scalar.
 * @throws {ArgumentError} when `f` returns a promise or something that is not a float32 tensor, when
 *   an op on the way has no gradient, or an op's gradient has the wrong shape or type.
 *
 * @example
 * ```ts
 * const x = tensor1d([1, 2, 3]);
 * const { value, gradients } = valueAndGrad(() => sum(square(x)), [x]);
 * value; // => 14
 * gradients; // => [[2, 4, 6]]
 * ```
 */
export function valueAndGrad(f: () => Scalar, parameters: readonly Tensor[]): ValueAndGrad {
  const runtime = engine() as unknown as GradientEngine;
  const outermost = runtime.state.gradientDepth === 0;
  const saved = new Set<Tensor>();
  let value: Scalar | undefined;
  try {
    value = record(runtime, f, parameters, saved);
    const nodes = connecting(runtime.state.activeTape ?? [], parameters, value);
    const gradients = tidyBackward(nodes, value, parameters, outermost);
    return { value, gradients };
  } catch (error) {
    // tfjs would leave what the tape saved behind, and the tape with it.
    if (outermost) disposeAll(saved);
    value?.dispose();
    throw error;
  } finally {
    if (outermost) {
      for (const node of runtime.state.activeTape ?? []) disposeAll(node.saved);
      runtime.state.activeTape = null;
    }
  }
}

function record(
  runtime: GradientEngine,
  f: () => Scalar,
  parameters: readonly Tensor[],
  saved: Set<Tensor>,
): Scalar {
  // What a kernel keeps is what the backward pass needs; remembered here because an exception inside
  // an op with its own gradient strands it before it reaches the tape.
  const keep = runtime.keep;
  runtime.keep = (tensor) => {
    if (runtime.state.kernelDepth > 0) saved.add(tensor);
    return keep.call(runtime, tensor);
  };
  runtime.startTape();
  try {
    return tidy("forward", () => {
      const value = checked(f());
      // The caller disposes the value; a parameter returned as it is must survive that.
      return parameters.includes(value) ? clone(value) : value;
    });
  } finally {
    runtime.endTape();
    runtime.keep = keep;
  }
}

function checked(value: unknown): Scalar {
  if (value instanceof Promise) {
    throw new ArgumentError(
      "valueAndGrad: expected f to return a tensor, got a promise; f must not be async",
    );
  }
  const tensor = value as Scalar | undefined;
  if (tensor?.dtype !== "float32") {
    throw new ArgumentError(
      `valueAndGrad: expected f to return a float32 tensor, got ${tensor?.dtype ?? String(value)}`,
    );
  }
  if (tensor.size !== 1) {
    throw new ShapeError(
      "valueAndGrad",
      "[] (what f returns)",
      tensor.shape,
      "reduce it to a scalar",
    );
  }
  return tensor;
}

// tidy keeps tensors in arrays, not the nulls between them.
function tidyBackward(...work: Parameters<typeof backward>): (Tensor | null)[] {
  let gradients: (Tensor | null)[] = [];
  tidy("backward", () => {
    gradients = backward(...work);
    return gradients.filter((gradient) => gradient !== null);
  });
  return gradients;
}

function backward(
  nodes: readonly TapeNode[],
  value: Tensor,
  parameters: readonly Tensor[],
  disposeSaved: boolean,
): (Tensor | null)[] {
  const wanted = new Set(parameters.map((parameter) => parameter.id));
  const gradients = new Map<number, Tensor>([[value.id, ones(value.shape)]]);
  for (const node of [...nodes].reverse()) {
    const upstream = node.outputs.map((output) => gradients.get(output.id) ?? null);
    const own = tidy(() => inputGradients(node, upstream));
    given(node).forEach(([, input], i) => {
      const gradient = own[i] as Tensor;
      const sum = gradients.get(input.id);
      if (sum === undefined) {
        gradients.set(input.id, gradient);
      } else {
        gradients.set(input.id, added(sum, gradient));
        sum.dispose();
        gradient.dispose();
      }
    });
    for (const output of node.outputs) {
      if (wanted.has(output.id)) continue;
      gradients.get(output.id)?.dispose();
      gradients.delete(output.id);
    }
    if (disposeSaved) disposeAll(node.saved);
  }
  return parameters.map((parameter) => gradients.get(parameter.id) ?? null);
}

function added(total: Tensor, x: Tensor): Tensor {
  if (!hasFusedGradient(FUSED.addTo)) return add(total, x);
  return engine().runKernel(FUSED.addTo, { total, x }) as Tensor;
}

function disposeAll(tensors: Iterable<Tensor>): void {
  for (const tensor of tensors) tensor.dispose();
}
