import { describeOnBackends } from "@kindling/testing";
import {
  clipByValue,
  elu,
  engine,
  leakyRelu,
  prelu,
  relu,
  relu6,
  selu,
  sum,
  type Tensor,
  tensor1d,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { valueAndGrad } from "../value-and-grad.ts";
import { activationGradients } from "./activations.ts";
import { describeGradients, type Input } from "./describe-gradients.ts";

const wide: Input = { shape: [3, 5], from: -2, to: 8 };

describeGradients("activation", activationGradients, [
  { kernel: "Relu", f: relu, inputs: [[3, 5]] },
  { kernel: "Relu6", f: relu6, inputs: [wide] },
  { kernel: "LeakyRelu", f: (x) => leakyRelu(x as Tensor, 0.3), inputs: [[3, 5]] },
  { kernel: "Prelu", f: (x, a) => prelu(x as Tensor, a as Tensor), inputs: [[3, 5], [5]] },
  {
    kernel: "Prelu",
    title: "one slope",
    f: (x, a) => prelu(x as Tensor, a as Tensor),
    inputs: [[3, 5], [1]],
  },
  {
    kernel: "Prelu",
    title: "slopes of equal shape",
    f: (x, a) => prelu(x as Tensor, a as Tensor),
    inputs: [
      [2, 3],
      [2, 3],
    ],
  },
  { kernel: "Elu", f: elu, inputs: [[3, 5]] },
  {
    kernel: "EluGrad",
    title: "second order",
    f: (dy, y) => engine().runKernel("EluGrad", { dy: dy as Tensor, y: y as Tensor }),
    inputs: [[2, 3], { shape: [2, 3], from: -0.9, to: 0.9 }],
  },
  { kernel: "Selu", f: selu, inputs: [[3, 5]] },
  { kernel: "ClipByValue", f: (x) => clipByValue(x as Tensor, -0.42, 0.55), inputs: [[3, 5]] },
]);

describeOnBackends("activation gradients at their kinks", () => {
  test.each([
    ["relu", relu, [0], [0]],
    ["relu6", relu6, [0, 6], [0, 0]],
    ["leakyRelu", (x: Tensor) => leakyRelu(x, 0.25), [0], [0.25]],
    ["prelu", (x: Tensor) => prelu(x, tensor1d([0.25])), [0], [0.25]],
    ["clipByValue", (x: Tensor) => clipByValue(x, 0, 1), [0, 1, 2], [1, 1, 0]],
  ] as const)("%s is torch's", (_, f, at, expected) => {
    const x = tensor1d([...at]);
    const [gradient] = valueAndGrad(() => sum(f(x)), [x]).gradients;
    expect(Array.from((gradient as Tensor).dataSync())).toEqual([...expected]);
  });
});
