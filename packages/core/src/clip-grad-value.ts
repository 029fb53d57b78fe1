import { clipByValue, type Tensor } from "@tensorflow/tfjs-core";
import { ArgumentError } from "./errors.ts";

/**
 * Limits each gradient value to ±`clipValue`: `torch.nn.utils.clip_grad_value_`.
 *
 * Replaces the tensors in the list and disposes the old ones.
 *
 * @param gradients - of any shape.
 * @param clipValue - 0 or more.
 * @throws {ArgumentError} when `clipValue` is negative or NaN.
 *
 * @example
 * ```ts
 * const gradients = [tensor1d([-3, 0.5]), null];
 * clipGradValue(gradients, 1);
 * gradients; // => [[-1, 0.5], null]
 * ```
 */
export function clipGradValue(gradients: (Tensor | null)[], clipValue: number): void {
  if (!(clipValue >= 0)) {
    throw new ArgumentError(`clipGradValue: expected clipValue to be 0 or more, got ${clipValue}`);
  }
  gradients.forEach((gradient, i) => {
    if (gradient === null) return;
    gradients[i] = clipByValue(gradient, -clipValue, clipValue);
    gradient.dispose();
  });
}
