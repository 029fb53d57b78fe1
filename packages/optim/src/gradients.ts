import { ArgumentError } from "@kindling/core";
import { type Tensor, util, type Variable } from "@tensorflow/tfjs-core";

/** One a parameter, in the order of `parameters`; null where the loss does not depend on it. */
export type Gradients = (Tensor | null)[];

/** Changes the gradients of a step by replacing entries of the list; disposes what it replaces. */
export type GradientHook = (gradients: Gradients) => void;

/** @throws {ArgumentError} unless there is one entry a parameter, of its shape or null. */
export function checkGradients(
  where: string,
  gradients: Gradients,
  parameters: readonly Variable[],
): void {
  if (gradients.length !== parameters.length) {
    throw new ArgumentError(
      `${where}: expected ${parameters.length} gradients, one a parameter, got ${gradients.length}`,
    );
  }
  parameters.forEach(({ shape }, i) => {
    const gradient = gradients[i] ?? null;
    if (gradient !== null && !util.arraysEqual(gradient.shape, shape)) {
      throw new ArgumentError(
        `${where}: expected gradient ${i} of shape [${shape}], got [${gradient.shape}]`,
      );
    }
  });
}

/** Disposes the gradients and fills the list with nulls. */
export function disposeGradients(gradients: Gradients): void {
  for (const gradient of gradients) gradient?.dispose();
  gradients.fill(null);
}
