import { ShapeError } from "@kindling/core";
import { softmax as kernel, type Tensor } from "@tensorflow/tfjs-core";

/**
 * Turns logits into probabilities: `exp(x) / Σ exp(x)` over the last axis.
 *
 * Large logits do not overflow. The result has the input's shape; the caller disposes it.
 *
 * @param logits - `[...batch, classes]`.
 * @throws {ShapeError} for a scalar.
 *
 * @example
 * ```ts
 * softmax(tensor1d([0, Math.log(3)])); // => [0.25, 0.75]
 * ```
 */
export function softmax<T extends Tensor>(logits: T): T {
  if (logits.rank === 0) throw new ShapeError("softmax", "[..., classes]", logits.shape);
  return logits.size === 0 ? logits.clone() : kernel(logits);
}
