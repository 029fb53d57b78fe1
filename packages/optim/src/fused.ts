import type { AdamStepAttributes, SgdStepAttributes } from "@kindling/core";
import { engine, type NamedAttrMap, type NamedTensorMap, type Tensor } from "@tensorflow/tfjs-core";

/**
 * Runs a fused step and returns the new tensors, in lists as they went in.
 *
 * @param buffers - one list a state buffer, each in the order of the parameters.
 */
export function runFusedStep(
  kernel: string,
  parameters: readonly Tensor[],
  gradients: readonly Tensor[],
  buffers: readonly (readonly Tensor[])[],
  attributes: AdamStepAttributes | SgdStepAttributes,
): Tensor[][] {
  const inputs = [...parameters, ...gradients, ...buffers.flat()];
  // A list where the types say a record: as tfjs's own Concat does.
  const outputs = engine().runKernel(kernel, inputs as unknown as NamedTensorMap, {
    ...attributes,
  } satisfies NamedAttrMap) as Tensor[];
  const { count } = attributes;
  return [parameters, ...buffers].map((_, i) => outputs.slice(i * count, (i + 1) * count));
}
