import {
  engine,
  type GradConfig,
  type NamedAttrMap,
  type NamedTensorMap,
  sum,
  type Tensor,
} from "@tensorflow/tfjs-core";
import {
  type ConvolutionAttributes,
  type CrossEntropyAttributes,
  type DropoutAttributes,
  FUSED,
} from "../fused.ts";
import { gradient, run } from "./gradient.ts";

/** Kindling's own fused kernels, each with one of the same kind: see {@link FUSED}. */
export const fusedGradients: readonly GradConfig[] = [
  gradient(
    FUSED.conv2d,
    { inputs: ["x", "filter"] },
    (dy, { x, filter }, attributes: ConvolutionAttributes) => ({
      x: () => run(FUSED.conv2dInputGrad, { dy, filter }, { ...attributes, inputShape: x.shape }),
      filter: () =>
        run(FUSED.conv2dFilterGrad, { x, dy }, { ...attributes, filterShape: filter.shape }),
      bias: () => sum(dy, [0, 1, 2]),
    }),
  ),
  gradient(FUSED.gelu, { inputs: ["x"] }, (dy, { x }, attributes: object) => ({
    x: () => run(FUSED.geluGrad, { dy, x }, attributes),
  })),
  gradient(FUSED.silu, { inputs: ["x"] }, (dy, { x }) => ({
    x: () => run(FUSED.siluGrad, { dy, x }),
  })),
  gradient(
    FUSED.crossEntropy,
    { inputs: ["logits", "labels"], outputs: [null, "statistics"] },
    (dy, saved, attributes: CrossEntropyAttributes) => ({
      logits: () => run(FUSED.crossEntropyGrad, { dy, ...saved }, attributes),
    }),
  ),
  gradient(
    FUSED.weightedCrossEntropy,
    { inputs: ["logits", "labels", "weight"], outputs: [null, "statistics"] },
    (dy, saved, attributes: CrossEntropyAttributes) => ({
      logits: () => run(FUSED.crossEntropyGrad, { dy, ...saved }, attributes),
    }),
  ),
  gradient(
    FUSED.batchNorm,
    { inputs: ["x", "gamma"], outputs: [null, "mean", "variance"] },
    (dy, saved, { eps }: { eps: number }) =>
      ofThree(FUSED.batchNormGrad, { dy, ...saved }, { eps }),
  ),
  gradient(
    FUSED.layerNorm,
    { inputs: ["x", "gamma"], outputs: [null, "statistics"] },
    (dy, saved) => ofThree(FUSED.layerNormGrad, { dy, ...saved }, {}),
  ),
  gradient(
    FUSED.dropout,
    { outputs: [null, "mask"] },
    (dy, { mask }, { scale }: DropoutAttributes) => ({
      x: () => run(FUSED.dropoutGrad, { dy, mask }, { scale }),
    }),
  ),
];

/** One kernel gives all three gradients; it runs when the first is asked for. */
function ofThree(
  kernel: string,
  inputs: NamedTensorMap,
  attributes: object,
): { x: () => Tensor; gamma: () => Tensor; beta: () => Tensor } {
  let results: Tensor[] | undefined;
  const result = (i: number) => () => {
    results ??= engine().runKernel<Tensor[]>(kernel, inputs, attributes as NamedAttrMap);
    return results[i] as Tensor;
  };
  return { x: result(0), gamma: result(1), beta: result(2) };
}
