import { ArgumentError, Generator } from "@kindling/core";
import { describeOnBackends, expectTensors, values } from "@kindling/testing";
import { zeros } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { Conv2d, init, Linear, Parameter } from "./index.ts";

describeOnBackends("init", () => {
  test("sets a parameter in place, leaving nothing behind", async () => {
    const { weight } = new Linear(4, 3);
    await expectTensors(() => expect(init.constant(weight, 2)).toBe(weight));
    expect(new Set(values(weight))).toEqual(new Set([2]));
    expect(new Set(values(init.zeros(weight)))).toEqual(new Set([0]));
    expect(new Set(values(init.ones(weight)))).toEqual(new Set([1]));
  });

  test("stays in its bounds and uses the generator it is given", () => {
    const { weight } = new Conv2d(4, 6, { kernelSize: 3 });
    const draw = (): number[] =>
      values(init.xavierUniform(weight, { generator: new Generator(1) }));
    const bound = Math.sqrt(6 / (4 * 9 + 6 * 9));
    expect(draw().every((value) => Math.abs(value) <= bound)).toBe(true);
    expect(draw()).toEqual(draw());
  });

  test("rejects a bias, which has no fan, and an unknown nonlinearity", () => {
    const bias = new Parameter(zeros([3]));
    for (const fill of [init.kaimingUniform, init.kaimingNormal, init.xavierUniform]) {
      expect(() => fill(bias)).toThrow(ArgumentError);
      expect(() => fill(bias)).toThrow("two or more axes, got [3]");
    }
    expect(() => init.calculateGain("swish" as "relu")).toThrow("got swish");
  });
});
