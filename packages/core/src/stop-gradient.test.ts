import { describeOnBackends, expectTensors, values } from "@kindling/testing";
import { dispose, mul, square, sum, type Tensor, tensor1d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { stopGradient, valueAndGrad } from "./index.ts";

describeOnBackends("stopGradient", () => {
  test("makes a constant of what it is given", async () => {
    await expectTensors(() => {
      const x = tensor1d([3, -2]);
      const { value, gradients } = valueAndGrad(() => sum(mul(x, stopGradient(square(x)))), [x]);
      expect(values(value)).toEqual([19]);
      expect(values(gradients[0] as Tensor)).toEqual([9, 4]);
      dispose([x, value, ...(gradients as Tensor[])]);
    });
  });

  test("leaves no gradient where everything goes through it, as torch's detach", () => {
    const x = tensor1d([3]);
    expect(valueAndGrad(() => sum(stopGradient(x)), [x]).gradients).toEqual([null]);
  });

  test("shares data that lives as long as either tensor", async () => {
    await expectTensors(() => {
      const x = tensor1d([1, 2]);
      const constant = stopGradient(x);
      x.dispose();
      expect(values(constant)).toEqual([1, 2]);
      constant.dispose();
    });
  });
});
