import { describeOnBackends, expectClose } from "@kindling/testing";
import { cumprod, cumsum, sum, type Tensor, tensor1d } from "@tensorflow/tfjs-core";
import { test } from "vitest";
import { valueAndGrad } from "../value-and-grad.ts";
import { describeGradients, type GradientCase } from "./describe-gradients.ts";
import { scanGradients } from "./scans.ts";

type Scan = (x: Tensor, axis?: number, exclusive?: boolean, reverse?: boolean) => Tensor;

const SCANS: readonly [string, string, Scan][] = [
  ["Cumsum", "§1c cumsum", cumsum],
  ["Cumprod", "§1b Cumprod", cumprod],
];

const BOOLEANS = [false, true];

describeGradients(
  "scan",
  scanGradients,
  SCANS.flatMap(([kernel, section, f]) =>
    [0, 1, 2].flatMap((axis) =>
      BOOLEANS.flatMap((exclusive) =>
        BOOLEANS.map(
          (reverse): GradientCase => ({
            kernel,
            title: `${section}, axis ${axis}${exclusive ? " exclusive" : ""}${reverse ? " reverse" : ""}`,
            f: (x) => f(x as Tensor, axis, exclusive, reverse),
            inputs: [{ shape: [2, 3, 5], from: -1.5, to: 1.5 }],
          }),
        ),
      ),
    ),
  ),
);

describeOnBackends("cumprod's gradient", () => {
  test("§1b is exact with zeros in the input, as torch's", () => {
    const x = tensor1d([0, 2, 0, 3]);
    const [gradient] = valueAndGrad(() => sum(cumprod(x, 0)), [x]).gradients;
    expectClose(gradient as Tensor, [3, 0, 0, 0]);
  });

  test("of nothing is nothing, and of one value is that of the identity", () => {
    for (const values of [[], [4]]) {
      const x = tensor1d(values);
      const [gradient] = valueAndGrad(() => sum(cumprod(x, 0)), [x]).gradients;
      expectClose(
        gradient as Tensor,
        values.map(() => 1),
      );
    }
  });
});
