import type { GradConfig } from "@tensorflow/tfjs-core";
import { gradient, zerosFor } from "./gradient.ts";

const UNARY = [
  "All",
  "Any",
  "ArgMax",
  "ArgMin",
  "Ceil",
  "Floor",
  "IsFinite",
  "IsInf",
  "IsNan",
  "LogicalNot",
  "OnesLike",
  "Round",
  "Sign",
  "Step",
  "ZerosLike",
];

const BINARY = [
  "BitwiseAnd",
  "Equal",
  "Greater",
  "GreaterEqual",
  "Less",
  "LessEqual",
  "LogicalAnd",
  "LogicalOr",
  "NotEqual",
];

/**
 * Steps, comparisons and draws: constant almost everywhere, so their gradient is zero.
 *
 * tfjs registers most of the comparisons not at all, so that `where(greater(x, 0), …)` throws.
 */
export const zeroGradients: readonly GradConfig[] = [
  ...UNARY.map((name) =>
    gradient(name, { inputs: ["x"] }, (_, { x }) => ({ x: () => zerosFor(x) })),
  ),
  ...BINARY.map((name) =>
    gradient(name, { inputs: ["a", "b"] }, (_, { a, b }) => ({
      a: () => zerosFor(a),
      b: () => zerosFor(b),
    })),
  ),
  gradient("OneHot", { inputs: ["indices"] }, (_, { indices }) => ({
    indices: () => zerosFor(indices),
  })),
  gradient("Multinomial", { inputs: ["logits"] }, (_, { logits }) => ({
    logits: () => zerosFor(logits),
  })),
];
