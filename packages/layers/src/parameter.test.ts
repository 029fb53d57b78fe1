import { describeOnBackends, expectClose, expectTensors, values } from "@kindling/testing";
import { add, ones, tensor1d, tidy, zeros } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { Buffer, Parameter, relu } from "./index.ts";

describeOnBackends("Parameter and Buffer", () => {
  test("own what they are made from, survive tidy and are freed once", async () => {
    await expectTensors(() => {
      const initial = ones([2]);
      const made: (Parameter | Buffer)[] = [];
      tidy(() => {
        made.push(new Parameter(initial), new Parameter(() => add(ones([2]), 1)));
        made.push(new Buffer(ones([2])));
      });
      expect(initial.isDisposed).toBe(true);
      expect(made.map((state) => values(state))).toEqual([
        [1, 1],
        [2, 2],
        [1, 1],
      ]);
      for (const state of [...made, ...made]) state.dispose();
    });
  });

  test("have names of their own, so that any number can be made", () => {
    const names = Array.from({ length: 3 }, () => new Parameter(ones([1])).name);
    expect(new Set(names).size).toBe(3);
  });

  test("give their shape as torch has it", () => {
    const parameter = new Parameter(zeros([3, 2, 4, 6]), { layout: [3, 2, 0, 1] });
    expect(parameter.torchShape).toEqual([6, 4, 3, 2]);
    expect(new Parameter(zeros([3])).torchShape).toEqual([3]);
  });

  test("are inputs like any tensor", () => {
    const parameter = new Parameter(tensor1d([-1, 2]));
    expectClose(relu(parameter), [0, 2]);
    expect(parameter.trainable).toBe(true);
    expect(new Buffer(ones([1])).trainable).toBe(false);
  });
});
