import {
  add,
  cast,
  div,
  equal,
  floor,
  type GradConfig,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  maximum,
  mul,
  neg,
  pow,
  scalar,
  sign,
  square,
  sub,
  type Tensor,
  where,
  zerosLike,
} from "@tensorflow/tfjs-core";
import { gradient, listGradient, unbroadcast, zerosFor } from "./gradient.ts";

/** The smallest normal float32, in place of a zero divisor. */
const TINY = 1.1754943508222875e-38;

const operands = { inputs: ["a", "b"] } as const;

/** Arithmetic of two operands that broadcast, and of one. */
export const arithmeticGradients: readonly GradConfig[] = [
  gradient("Add", operands, (dy, { a, b }) => ({
    a: () => unbroadcast(dy, a.shape),
    b: () => unbroadcast(dy, b.shape),
  })),
  listGradient("AddN", (dy, inputs) => inputs.map(() => () => dy)),
  gradient("Sub", operands, (dy, { a, b }) => ({
    a: () => unbroadcast(dy, a.shape),
    b: () => neg(unbroadcast(dy, b.shape)),
  })),
  gradient("Multiply", operands, (dy, { a, b }) => ({
    a: () => unbroadcast(mul(dy, b), a.shape),
    b: () => unbroadcast(mul(dy, a), b.shape),
  })),
  gradient("RealDiv", operands, (dy, { a, b }) => ({
    a: () => unbroadcast(div(dy, nonZero(b)), a.shape),
    b: () => {
      const divisor = nonZero(b);
      return neg(div(div(unbroadcast(mul(dy, a), b.shape), divisor), divisor));
    },
  })),
  // Piecewise constant: tfjs answers with the gradient of an unrounded division.
  gradient("FloorDiv", operands, (_, { a, b }) => ({
    a: () => zerosFor(a),
    b: () => zerosFor(b),
  })),
  gradient("Mod", operands, (dy, { a, b }) => ({
    a: () => unbroadcast(dy, a.shape),
    b: () => unbroadcast(neg(mul(dy, floor(div(a, b)))), b.shape),
  })),
  gradient("Pow", { inputs: ["a", "b"], outputs: ["y"] }, (dy, { a, b, y }) => ({
    a: () => unbroadcast(mul(dy, mul(b, pow(a, lowered(b)))), a.shape),
    // 0 for a base that is not positive, where log is not finite.
    b: () =>
      unbroadcast(mul(dy, mul(y, where(greater(a, scalar(0)), log(a), zerosLike(a)))), b.shape),
  })),
  gradient("Atan2", operands, (dy, { a, b }) => ({
    a: () => unbroadcast(mul(dy, div(b, squaredLength(a, b))), a.shape),
    b: () => neg(unbroadcast(mul(dy, div(a, squaredLength(a, b))), b.shape)),
  })),
  gradient("SquaredDifference", operands, (dy, { a, b }) => ({
    a: () => unbroadcast(mul(dy, doubled(sub(a, b))), a.shape),
    b: () => unbroadcast(mul(dy, doubled(sub(b, a))), b.shape),
  })),
  // Where both are equal the first takes it all, as in tfjs and TensorFlow (torch: half each).
  gradient("Maximum", operands, (dy, { a, b }) => ({
    a: () => unbroadcast(mul(dy, float(greaterEqual(a, b))), a.shape),
    b: () => unbroadcast(mul(dy, float(less(a, b))), b.shape),
  })),
  gradient("Minimum", operands, (dy, { a, b }) => ({
    a: () => unbroadcast(mul(dy, float(lessEqual(a, b))), a.shape),
    b: () => unbroadcast(mul(dy, float(greater(a, b))), b.shape),
  })),
  gradient("Abs", { inputs: ["x"] }, (dy, { x }) => ({ x: () => mul(dy, sign(x)) })),
  gradient("Neg", {}, (dy) => ({ x: () => neg(dy) })),
  gradient("Square", { inputs: ["x"] }, (dy, { x }) => ({ x: () => mul(dy, doubled(x)) })),
  // Infinite at 0, as torch's.
  gradient("Sqrt", { outputs: ["y"] }, (dy, { y }) => ({ x: () => div(dy, doubled(y)) })),
  gradient("Rsqrt", { inputs: ["x"], outputs: ["y"] }, (dy, { x, y }) => ({
    x: () => neg(div(mul(dy, y), doubled(x))),
  })),
  gradient("Reciprocal", { outputs: ["y"] }, (dy, { y }) => ({
    x: () => neg(mul(dy, square(y))),
  })),
];

// x + x and not 2 · x: a JS number is uploaded to the device each time.
function doubled(x: Tensor): Tensor {
  return add(x, x);
}

function float(x: Tensor): Tensor {
  return cast(x, "float32");
}

// b - 1, but 0 for b = 0: then b · a^lowered(b) is 0 for every base, as torch's, and not 0 · ∞.
function lowered(b: Tensor): Tensor {
  return sub(add(b, float(equal(b, scalar(0)))), scalar(1));
}

// divNoNan and the like mask a division by zero; what they send back is 0, and 0/0 must not make it NaN.
function nonZero(b: Tensor): Tensor {
  return add(b, mul(float(equal(b, scalar(0))), scalar(TINY)));
}

// Keeps the gradient at the origin at torch's 0.
function squaredLength(a: Tensor, b: Tensor): Tensor {
  return maximum(add(square(a), square(b)), scalar(TINY));
}
