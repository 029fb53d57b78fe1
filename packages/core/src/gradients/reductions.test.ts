import { describeOnBackends } from "@kindling/testing";
import { max, mean, min, prod, sum, type Tensor, tensor1d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { valueAndGrad } from "../value-and-grad.ts";
import { describeGradients, type GradientCase } from "./describe-gradients.ts";
import { reductionGradients } from "./reductions.ts";

type Reduce = (x: Tensor, axis?: number | number[], keepDims?: boolean) => Tensor;

const REDUCTIONS: readonly [string, Reduce][] = [
  ["Sum", sum],
  ["Mean", mean],
  ["Max", max],
  ["Min", min],
  ["Prod", prod],
];

const WAYS: readonly [string, number | number[] | undefined, boolean][] = [
  ["all axes", undefined, false],
  ["first axis", 0, false],
  ["middle axis, kept", 1, true],
  ["last axis, negative", -1, false],
  ["two axes out of order", [2, 0], false],
  ["all axes, kept", [0, 1, 2], true],
];

describeGradients("reduction", reductionGradients, [
  ...REDUCTIONS.flatMap(([kernel, f]) =>
    WAYS.map(
      ([title, axis, keepDims]): GradientCase => ({
        kernel,
        title,
        f: (x) => f(x as Tensor, axis, keepDims),
        inputs: [{ shape: [2, 3, 4], from: -1.5, to: 1.5 }],
      }),
    ),
  ),
  ...REDUCTIONS.map(
    ([kernel, f]): GradientCase => ({
      kernel,
      title: "a scalar",
      f: (x) => f(x as Tensor),
      inputs: [[]],
    }),
  ),
]);

describeOnBackends("reduction gradients", () => {
  const at = (f: Reduce, point: number[]): number[] => {
    const x = tensor1d(point);
    const [gradient] = valueAndGrad(() => sum(f(x)), [x]).gradients;
    return Array.from((gradient as Tensor).dataSync());
  };

  test("of prod are exact with zeros in the input, as torch's", () => {
    expect(at(prod, [0, 2, 3])).toEqual([6, 0, 0]);
    expect(at(prod, [0, 0, 3])).toEqual([0, 0, 0]);
  });

  test("of max and min go to every one of equal extremes", () => {
    expect(at(max, [1, 1, 0])).toEqual([1, 1, 0]);
    expect(at(min, [1, 0, 0])).toEqual([0, 1, 1]);
  });

  test("of a sum of nothing is empty", () => {
    expect(at(sum, [])).toEqual([]);
  });
});
