import { tensorsIn } from "./clone-tensors.ts";

/**
 * Samples in a batch: the first axis of the target's first tensor that has axes, or else of the
 * input's; 1 when neither has any.
 */
export function batchSize(input: unknown, target: unknown): number {
  for (const part of [target, input]) {
    const size = tensorsIn(part).find((tensor) => tensor.rank > 0)?.shape[0];
    if (size !== undefined) return size;
  }
  return 1;
}
