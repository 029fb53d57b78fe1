import {
  add,
  cos,
  cosh,
  div,
  type GradConfig,
  mul,
  neg,
  scalar,
  sin,
  sinh,
  sqrt,
  square,
  sub,
  type Tensor,
} from "@tensorflow/tfjs-core";
import { FUSED, hasFusedGradient } from "../fused.ts";
import { gradient, run } from "./gradient.ts";

const x = { inputs: ["x"] } as const;

/** Trigonometric and hyperbolic functions and their inverses. */
export const trigonometryGradients: readonly GradConfig[] = [
  gradient("Sin", x, (dy, { x }) => ({ x: () => mul(dy, cos(x)) })),
  gradient("Cos", x, (dy, { x }) => ({ x: () => neg(mul(dy, sin(x))) })),
  gradient("Tan", x, (dy, { x }) => ({ x: () => div(dy, square(cos(x))) })),
  gradient("Asin", x, (dy, { x }) => ({ x: () => div(dy, sqrt(sub(one(), square(x)))) })),
  gradient("Acos", x, (dy, { x }) => ({ x: () => neg(div(dy, sqrt(sub(one(), square(x))))) })),
  gradient("Atan", x, (dy, { x }) => ({ x: () => div(dy, add(square(x), one())) })),
  gradient("Sinh", x, (dy, { x }) => ({ x: () => mul(dy, cosh(x)) })),
  gradient("Cosh", x, (dy, { x }) => ({ x: () => mul(dy, sinh(x)) })),
  gradient("Tanh", { outputs: ["y"] }, (dy, { y }) => ({
    x: () =>
      hasFusedGradient(FUSED.tanhGrad)
        ? run(FUSED.tanhGrad, { dy, y })
        : mul(dy, sub(one(), square(y))),
  })),
  gradient("Asinh", x, (dy, { x }) => ({ x: () => div(dy, sqrt(add(square(x), one()))) })),
  gradient("Acosh", x, (dy, { x }) => ({ x: () => div(dy, sqrt(sub(square(x), one()))) })),
  gradient("Atanh", x, (dy, { x }) => ({ x: () => div(dy, sub(one(), square(x))) })),
];

function one(): Tensor {
  return scalar(1);
}
