import { describeOnBackends, expectClose, expectTensors } from "@kindling/testing";
import {
  abs,
  add,
  addN,
  atan2,
  div,
  divNoNan,
  floorDiv,
  maximum,
  minimum,
  mod,
  mul,
  neg,
  pow,
  reciprocal,
  rsqrt,
  scalar,
  sqrt,
  square,
  squaredDifference,
  sub,
  sum,
  type Tensor,
  tensor1d,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { valueAndGrad } from "../value-and-grad.ts";
import { arithmeticGradients } from "./arithmetic.ts";
import { describeGradients, type GradientCase, type Input } from "./describe-gradients.ts";

const positive = (...shape: number[]): Input => ({ shape, from: 0.5, to: 2 });

/** Every way two operands broadcast. */
const SHAPES: readonly [string, Input, Input][] = [
  ["equal shapes", [2, 3], [2, 3]],
  ["a smaller", [3], [2, 3]],
  ["b a column", [2, 3], [2, 1]],
  ["both broadcast", [2, 1, 3], [4, 1]],
  ["b a scalar", [2, 3], []],
  ["one value each, ranks differ", [1], [1, 1]],
];

const BROADCASTING: readonly [string, (a: Tensor, b: Tensor) => Tensor, string?][] = [
  ["Add", add],
  ["Sub", sub],
  ["Multiply", mul],
  ["Maximum", maximum, "§1c maximum"],
  ["Minimum", minimum, "§1c minimum"],
  ["SquaredDifference", squaredDifference, "§1c squaredDifference"],
];

const broadcasting = BROADCASTING.flatMap(([kernel, f, section]) =>
  SHAPES.map(
    ([title, a, b]): GradientCase => ({
      kernel,
      title: section === undefined ? title : `${section}, ${title}`,
      f: (x, y) => f(x as Tensor, y as Tensor),
      inputs: [a, b],
    }),
  ),
);

type Binary = (...operands: Tensor[]) => Tensor;
const binary =
  (f: (a: Tensor, b: Tensor) => Tensor): Binary =>
  (a, b) =>
    f(a as Tensor, b as Tensor);
const unary =
  (f: (x: Tensor) => Tensor): Binary =>
  (x) =>
    f(x as Tensor);

describeGradients("arithmetic", arithmeticGradients, [
  ...broadcasting,
  {
    kernel: "AddN",
    f: (...all) => addN(all),
    inputs: [
      [2, 3],
      [2, 3],
      [2, 3],
    ],
  },
  { kernel: "AddN", title: "one tensor", f: (x) => addN([x as Tensor]), inputs: [[4]] },
  { kernel: "RealDiv", f: binary(div), inputs: [[2, 3], positive(2, 3)] },
  { kernel: "RealDiv", title: "broadcast", f: binary(div), inputs: [[3], positive(2, 1)] },
  {
    kernel: "RealDiv",
    title: "negative divisor",
    f: binary(div),
    inputs: [[4], { shape: [1], from: -3, to: -1 }],
  },
  {
    kernel: "RealDiv",
    title: "§1c divNoNan",
    f: binary(divNoNan),
    inputs: [[2, 3], positive(2, 3)],
  },
  {
    kernel: "RealDiv",
    title: "§1c divNoNan, broadcast",
    f: binary(divNoNan),
    inputs: [[2, 3], positive(3)],
  },
  { kernel: "FloorDiv", f: binary(floorDiv), inputs: [[2, 3], { shape: [3], from: 3, to: 4 }] },
  {
    kernel: "Mod",
    f: binary(mod),
    inputs: [
      { shape: [2, 3], from: 0.1, to: 2 },
      { shape: [3], from: 3, to: 4 },
    ],
  },
  {
    kernel: "Mod",
    title: "negative",
    f: binary(mod),
    inputs: [
      { shape: [3], from: -1.9, to: -0.1 },
      { shape: [1], from: 2, to: 3 },
    ],
  },
  { kernel: "Pow", f: binary(pow), inputs: [positive(2, 3), { shape: [2, 3], from: -2, to: 2 }] },
  { kernel: "Pow", title: "broadcast", f: binary(pow), inputs: [positive(2, 1), positive(3)] },
  {
    kernel: "Pow",
    title: "negative base",
    f: (x) => pow(x as Tensor, scalar(3)),
    inputs: [{ shape: [4], from: -2, to: -0.5 }],
  },
  { kernel: "Atan2", f: binary(atan2), inputs: [[2, 3], positive(2, 3)] },
  {
    kernel: "Atan2",
    title: "broadcast, third quadrant",
    f: binary(atan2),
    inputs: [
      { shape: [2, 1], from: -2, to: -1 },
      { shape: [3], from: -2, to: -1 },
    ],
  },
  { kernel: "Abs", f: unary(abs), inputs: [[2, 3]] },
  { kernel: "Neg", f: unary(neg), inputs: [[2, 3]] },
  { kernel: "Square", f: unary(square), inputs: [[2, 3]] },
  { kernel: "Sqrt", f: unary(sqrt), inputs: [positive(2, 3)] },
  { kernel: "Rsqrt", f: unary(rsqrt), inputs: [positive(2, 3)] },
  { kernel: "Reciprocal", f: unary(reciprocal), inputs: [positive(2, 3)] },
]);

describeOnBackends("arithmetic gradients at special points", () => {
  const at = (f: (x: Tensor) => Tensor, point: number[]): number[] => {
    const x = tensor1d(point);
    const { value, gradients } = valueAndGrad(() => sum(f(x)), [x]);
    const values = Array.from((gradients[0] as Tensor).dataSync());
    for (const t of [x, value, gradients[0] as Tensor]) t.dispose();
    return values;
  };

  test("are torch's: abs at 0, sqrt at 0, pow at 0 with exponents 0, 1/2 and 2", async () => {
    await expectTensors(() => {
      expectClose(at(abs, [0, -2]), [0, -1]);
      expectClose(at(sqrt, [0, 4]), [Number.POSITIVE_INFINITY, 0.25]);
      expectClose(
        at((x) => pow(x, tensor1d([0, 0.5, 2])), [0, 0, 0]),
        [0, Number.POSITIVE_INFINITY, 0],
      );
      expectClose(
        at((x) => atan2(x, scalar(0)), [0]),
        [0],
      );
      expectClose(
        at((b) => pow(tensor1d([0, 0, -2]), b), [0, 2, 2]),
        [0, 0, 0],
      );
    });
  });

  test("of divNoNan by zero is zero for the dividend", () => {
    expect(at((a) => divNoNan(a, tensor1d([0, 2])), [3, 3])).toEqual([0, 0.5]);
  });

  test("of maximum and minimum go to the first of two equal operands", () => {
    expect(at((a) => maximum(a, scalar(1)), [1])).toEqual([1]);
    expect(at((b) => maximum(scalar(1), b), [1])).toEqual([0]);
    expect(at((a) => minimum(a, scalar(1)), [1])).toEqual([1]);
    expect(at((b) => minimum(scalar(1), b), [1])).toEqual([0]);
  });
});
