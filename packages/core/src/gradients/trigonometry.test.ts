import {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  cos,
  cosh,
  sin,
  sinh,
  tan,
  tanh,
} from "@tensorflow/tfjs-core";
import { describeGradients, type Input } from "./describe-gradients.ts";
import { trigonometryGradients } from "./trigonometry.ts";

const inside: Input = { shape: [2, 3], from: -0.7, to: 0.7 };

describeGradients("trigonometric", trigonometryGradients, [
  { kernel: "Sin", f: sin, inputs: [[2, 3]] },
  { kernel: "Cos", f: cos, inputs: [[2, 3]] },
  { kernel: "Tan", f: tan, inputs: [inside] },
  { kernel: "Asin", f: asin, inputs: [inside] },
  { kernel: "Acos", f: acos, inputs: [inside] },
  { kernel: "Atan", f: atan, inputs: [[2, 3]] },
  { kernel: "Sinh", f: sinh, inputs: [[2, 3]] },
  { kernel: "Cosh", f: cosh, inputs: [[2, 3]] },
  { kernel: "Tanh", f: tanh, inputs: [{ shape: [2, 3], from: -3, to: 3 }] },
  { kernel: "Asinh", f: asinh, inputs: [[2, 3]] },
  { kernel: "Acosh", f: acosh, inputs: [{ shape: [2, 3], from: 1.5, to: 3 }] },
  { kernel: "Atanh", f: atanh, inputs: [inside] },
]);
