import {
  equal,
  exp,
  type GradConfig,
  greater,
  mul,
  scalar,
  step,
  sub,
  type Tensor,
  where,
  zerosLike,
} from "@tensorflow/tfjs-core";
import { FUSED, hasFusedGradient } from "../fused.ts";
import { gradient, run, unbroadcast } from "./gradient.ts";

// selu's constants, as tfjs's kernels have them.
const SELU_SCALE_ALPHA = 1.7580993408473768;
const SELU_SCALE = 1.0507009873554805;

/** Activation functions, saved by their output where that says enough: the next op keeps it anyway. */
export const activationGradients: readonly GradConfig[] = [
  gradient("Relu", { outputs: ["y"] }, (dy, { y }) => ({
    x: () => (hasFusedGradient(FUSED.reluGrad) ? run(FUSED.reluGrad, { dy, y }) : mul(dy, step(y))),
  })),
  // 0 at both kinks, as torch's hardtanh.
  gradient("Relu6", { outputs: ["y"] }, (dy, { y }) => ({
    x: () =>
      hasFusedGradient(FUSED.relu6Grad)
        ? run(FUSED.relu6Grad, { dy, y })
        : mul(dy, step(mul(y, sub(scalar(6), y)))),
  })),
  gradient("LeakyRelu", { inputs: ["x"] }, (dy, { x }, { alpha }: { alpha: number }) => ({
    x: () =>
      hasFusedGradient(FUSED.leakyReluGrad)
        ? run(FUSED.leakyReluGrad, { dy, x }, { alpha })
        : mul(dy, step(x, alpha)),
  })),
  gradient("Prelu", { inputs: ["x", "alpha"] }, (dy, { x, alpha }) => ({
    x: () => where(positive(x), dy, mul(dy, alpha)),
    alpha: () => unbroadcast(where(positive(x), zerosLike(x), mul(dy, x)), alpha.shape),
  })),
  gradient("Elu", { outputs: ["y"] }, (dy, { y }) => ({ x: () => run("EluGrad", { dy, y }) })),
  gradient("EluGrad", { inputs: ["dy", "y"] }, (ddx, { dy, y }) => ({
    dy: () => run("EluGrad", { dy: ddx, y }),
    y: () => where(positive(y), zerosLike(y), mul(ddx, dy)),
  })),
  gradient("Selu", { inputs: ["x"] }, (dy, { x }) => ({
    x: () => mul(dy, where(positive(x), scalar(SELU_SCALE), mul(exp(x), scalar(SELU_SCALE_ALPHA)))),
  })),
  // Inside the range, bounds included, is where nothing changed.
  gradient("ClipByValue", { inputs: ["x"], outputs: ["y"] }, (dy, { x, y }) => ({
    x: () => where(equal(x, y), dy, zerosLike(dy)),
  })),
];

function positive(x: Tensor): Tensor {
  return greater(x, scalar(0));
}
