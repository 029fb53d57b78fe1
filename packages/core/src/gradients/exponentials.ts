import {
  add,
  div,
  exp,
  type GradConfig,
  mul,
  neg,
  scalar,
  sigmoid,
  square,
  sub,
  sum,
} from "@tensorflow/tfjs-core";
import { FUSED, hasFusedGradient } from "../fused.ts";
import { gradient, run } from "./gradient.ts";

/** Exponentials, logarithms and what is made of them. */
export const exponentialGradients: readonly GradConfig[] = [
  gradient("Exp", { outputs: ["y"] }, (dy, { y }) => ({ x: () => mul(dy, y) })),
  gradient("Expm1", { inputs: ["x"] }, (dy, { x }) => ({ x: () => mul(dy, exp(x)) })),
  gradient("Log", { inputs: ["x"] }, (dy, { x }) => ({ x: () => div(dy, x) })),
  gradient("Log1p", { inputs: ["x"] }, (dy, { x }) => ({ x: () => div(dy, add(x, scalar(1))) })),
  gradient("Sigmoid", { outputs: ["y"] }, (dy, { y }) => ({
    // 1 - y first: dy·y - dy·y² would lose its digits where y is near 1.
    x: () =>
      hasFusedGradient(FUSED.sigmoidGrad)
        ? run(FUSED.sigmoidGrad, { dy, y })
        : mul(dy, mul(y, sub(scalar(1), y))),
  })),
  gradient("Softplus", { inputs: ["x"] }, (dy, { x }) => ({ x: () => mul(dy, sigmoid(x)) })),
  gradient("Erf", { inputs: ["x"] }, (dy, { x }) => ({
    x: () => mul(dy, mul(exp(neg(square(x))), scalar(2 / Math.sqrt(Math.PI)))),
  })),
  gradient("Softmax", { outputs: ["y"] }, (dy, { y }, { dim }: { dim: number }) => ({
    logits: () => {
      const weighted = mul(dy, y);
      return sub(weighted, mul(sum(weighted, [dim], true), y));
    },
  })),
  gradient("LogSoftmax", { outputs: ["y"] }, (dy, { y }, { axis }: { axis: number }) => ({
    logits: () => sub(dy, mul(sum(dy, axis, true), exp(y))),
  })),
];
