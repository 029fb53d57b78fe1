// What optimizers take and give.
import type { Scalar, Tensor2D, Variable } from "@tensorflow/tfjs-core";
import { expectTypeOf, test } from "vitest";
import { Adam, SGD } from "./index.ts";

declare const parameters: readonly Variable[];
declare const loss: Scalar;
declare const matrix: Tensor2D;

test("a step takes a closure and gives its loss", () => {
  const adam = new Adam(parameters, { lr: 1e-3, betas: [0.9, 0.999] });

  expectTypeOf(adam.step(() => loss)).toExtend<Scalar>();
  // @ts-expect-error a loss is a scalar
  adam.step(() => matrix);
});

test("options are those of the optimizer", () => {
  new SGD(parameters, { lr: 0.1, momentum: 0.9 });
  // @ts-expect-error an option of Adam
  new SGD(parameters, { lr: 0.1, betas: [0.9, 0.999] });
  // @ts-expect-error two betas
  new Adam(parameters, { betas: [0.9] });
  // @ts-expect-error a number
  new Adam(parameters, { lr: "0.1" });
});
