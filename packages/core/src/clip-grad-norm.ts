// In core, for both: optim exports it as torch has it, and the trainer clips without depending on optim.
import {
  abs,
  add,
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
import { ArgumentError } from "./errors.ts";
import { FUSED, hasFusedKernel } from "./fused.ts";

/** Which norm {@link clipGradNorm} measures. */
export interface ClipGradNormOptions {
  /** The p of the norm, above 0; `Infinity` is the largest magnitude. @defaultValue 2 */
  normType?: number;
}

/** torch adds it to the norm so that a norm of 0 divides nothing by 0. */
const EPSILON = 1e-6;

/**
 * Scales all gradients by one factor so that their norm, as if they were one vector, is at most
 * `maxNorm`: `torch.nn.utils.clip_grad_norm_`.
 *
 * Replaces the tensors in the list and disposes the old ones. Reads nothing from the device.
 *
 * @param gradients - of any shape.
 * @param maxNorm - 0 or more.
 * @returns the norm before clipping, a float32 scalar; 0 when no gradient is present. The caller disposes it.
 * @throws {ArgumentError} when `maxNorm` is negative or `normType` is not above 0.
 *
 * @example
 * ```ts
 * const gradients = [tensor1d([3]), null, tensor1d([4])];
 * clipGradNorm(gradients, 1); // => 5
 * gradients; // => [[0.6], null, [0.8]]
 * ```
 */
export function clipGradNorm(
  gradients: (Tensor | null)[],
  maxNorm: number,
  { normType = 2 }: ClipGradNormOptions = {},
): Scalar {
  if (!(maxNorm >= 0)) {
    throw new ArgumentError(`clipGradNorm: expected maxNorm to be 0 or more, got ${maxNorm}`);
  }
  if (!(normType > 0)) {
    throw new ArgumentError(`clipGradNorm: expected normType to be above 0, got ${normType}`);
  }
  const present = gradients.filter((gradient) => gradient !== null);
  if (present.length === 0) return scalar(0);
  const [norm, ...scaled] = tidy(() => {
    const total = normOf(present, normType);
    const factor = minimum(div(scalar(maxNorm), add(total, scalar(EPSILON))), scalar(1));
    return [total, ...present.map((gradient) => mul(gradient, factor))];
  });
  gradients.forEach((gradient, i) => {
    if (gradient === null) return;
    gradients[i] = scaled.shift() as Tensor;
    gradient.dispose();
  });
  return norm as Scalar;
}

function normOf(tensors: readonly Tensor[], p: number): Tensor {
  const over = (partial: (tensor: Tensor) => Tensor) => stack(tensors.map((t) => partial(t)));
  if (p === 2) return sqrt(sum(over(sumOfSquares)));
  if (p === 1) return sum(over((t) => sum(abs(t))));
  if (p === Number.POSITIVE_INFINITY) return max(over((t) => max(abs(t))));
  return pow(sum(over((t) => sum(pow(abs(t), scalar(p))))), scalar(1 / p));
}

function sumOfSquares(x: Tensor): Tensor {
  if (!hasFusedKernel(FUSED.sumOfSquares)) return sum(square(x));
  return engine().runKernel(FUSED.sumOfSquares, { x }) as Tensor;
}
