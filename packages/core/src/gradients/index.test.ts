/// <reference types="node" />
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describeOnBackends, expectClose, expectTensors, values } from "@kindling/testing";
import {
  conv2d,
  dispose,
  elu,
  getGradient,
  maxPool,
  mean,
  mul,
  type Scalar,
  square,
  sum,
  type Tensor,
  type Tensor4D,
  tensor,
} from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { valueAndGrad } from "../value-and-grad.ts";
import { spread } from "./describe-gradients.ts";
import { gradients } from "./index.ts";

/** The kernels that tfjs itself has a gradient for, from the names of its files and what they say. */
function kernelsOfTfjs(): string[] {
  const root = dirname(
    createRequire(import.meta.url).resolve("@tensorflow/tfjs-core/package.json"),
  );
  const folder = join(root, "dist", "gradients");
  return readdirSync(folder)
    .filter((file) => file.endsWith("_grad.js"))
    .map(
      (file) => /kernelName: (\w+)/.exec(readFileSync(join(folder, file), "utf8"))?.[1] as string,
    );
}

// Complex numbers: a gradient is float32 here.
const LEFT_OUT = ["ComplexAbs"];

describe("the set of gradients", () => {
  test("covers every kernel that tfjs has a gradient for", () => {
    const ours = new Set(gradients.map(({ kernelName }) => kernelName));
    const missing = kernelsOfTfjs().filter((name) => !ours.has(name));
    expect(missing).toEqual(LEFT_OUT);
  });

  test("names each kernel once and is registered by the import", () => {
    const names = gradients.map(({ kernelName }) => kernelName);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    for (const config of gradients) expect(getGradient(config.kernelName)).toBe(config);
  });
});

describeOnBackends("second derivatives", () => {
  test("go through a CNN with max pooling", async () => {
    await expectTensors(() => {
      const x = spread([1, 4, 4, 1]) as Tensor4D;
      const filter = spread([3, 3, 1, 2], 1) as Tensor4D;
      const loss = (w: Tensor): Scalar =>
        mean(square(maxPool(elu(conv2d(x, w as Tensor4D, 1, "same")), 2, 2, "valid")));
      const norm = (w: Tensor): Scalar =>
        sum(square(valueAndGrad(() => loss(w), [w]).gradients[0] as Tensor));

      const { value, gradients } = valueAndGrad(() => norm(filter), [filter]);
      const base = values(filter);
      const numeric = base.map((_, at) => {
        const shifted = (by: number): number => {
          const moved = tensor(
            base.map((v, i) => (i === at ? v + by : v)),
            filter.shape,
          );
          const { value, gradients } = valueAndGrad(() => loss(moved), [moved]);
          const total = values(gradients[0] as Tensor).reduce((t, v) => t + v * v, 0);
          dispose([moved, value, gradients[0] as Tensor]);
          return total;
        };
        return (shifted(5e-3) - shifted(-5e-3)) / 1e-2;
      });
      expectClose(gradients[0] as Tensor, numeric, { tolerance: 2e-3 });
      dispose([x, filter, value, gradients[0] as Tensor]);
    });
  });

  test("of x³ are 6x", () => {
    const x = tensor([1, -2, 3]);
    const first = (): Scalar =>
      sum(valueAndGrad(() => sum(mul(square(x), x)), [x]).gradients[0] as Tensor);
    expectClose(valueAndGrad(first, [x]).gradients[0] as Tensor, [6, -12, 18], { tolerance: 1e-5 });
  });
});
