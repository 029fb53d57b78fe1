import {
  add,
  type GradConfig,
  mul,
  neg,
  rsqrt,
  scalar,
  sub,
  type Tensor,
} from "@tensorflow/tfjs-core";
import { gradient, run, unbroadcast } from "./gradient.ts";

/** Normalization by given statistics, and across channels. */
export const normalizationGradients: readonly GradConfig[] = [
  gradient(
    "FusedBatchNorm",
    { inputs: ["x", "mean", "variance", "scale"] },
    (dy, { x, mean, variance, scale }, { varianceEpsilon }: { varianceEpsilon: number }) => {
      const inverse = (): Tensor => rsqrt(add(variance, scalar(varianceEpsilon)));
      return {
        x: () => mul(dy, mul(scale, inverse())),
        mean: () => neg(mul(unbroadcast(dy, mean.shape), mul(scale, inverse()))),
        variance: () => {
          const r = inverse();
          const cubed = mul(mul(r, r), r);
          const centered = unbroadcast(mul(dy, sub(x, mean)), variance.shape);
          return mul(centered, mul(mul(scale, cubed), scalar(-0.5)));
        },
        scale: () => mul(unbroadcast(mul(dy, sub(x, mean)), scale.shape), inverse()),
        offset: () => unbroadcast(dy, mean.shape),
      };
    },
  ),
  gradient("LRN", { inputs: ["x"], outputs: ["y"] }, (dy, { x, y }, attributes: object) => ({
    x: () => run("LRNGrad", { x, y, dy }, attributes),
  })),
];
