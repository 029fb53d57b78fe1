import { ArgumentError } from "@kindling/core";
import { clipByValue } from "@tensorflow/tfjs-core";
import type { Gradients } from "./gradients.ts";

/**
 * Limits each gradient value to ±`clipValue`: `torch.nn.utils.clip_grad_value_`.
 *
 * Replaces the tensors in the list and disposes the old ones.
 *
 * @param clipValue - 0 or more.
 * @throws {ArgumentError} when `clipValue` is negative or NaN.
 */
export function clipGradValue(gradients: Gradients, clipValue: number): void {
  if (!(clipValue >= 0)) {
    throw new ArgumentError(`clipGradValue: expected clipValue to be 0 or more, got ${clipValue}`);
  }
  gradients.forEach((gradient, i) => {
    if (gradient === null) return;
    gradients[i] = clipByValue(gradient, -clipValue, clipValue);
    gradient.dispose();
  });
}
