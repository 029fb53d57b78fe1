import { describeOnBackends, describeOptimizer, expectClose } from "@kindling/testing";
import { tensor1d, variable } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { Adagrad } from "./adagrad.ts";

describeOptimizer("Adagrad", { make: (params, { lr = 0.5 } = {}) => new Adagrad(params, { lr }) });
describeOptimizer("Adagrad with a start and a falling rate", {
  make: (params, { lr = 0.5 } = {}) =>
    new Adagrad(params, { lr, lrDecay: 0.01, initialAccumulatorValue: 0.1, weightDecay: 0.01 }),
});

describeOnBackends("Adagrad", () => {
  it("starts its sum at initialAccumulatorValue, the one of the group", () => {
    const [a, b] = [variable(tensor1d([0])), variable(tensor1d([0]))];
    const groups = [{ params: [a] }, { params: [b], initialAccumulatorValue: 8 }];
    const optimizer = new Adagrad(groups, { lr: 1, eps: 0, initialAccumulatorValue: 3 });
    optimizer.update([tensor1d([1]), tensor1d([1])]);
    expectClose(a, [-1 / 2]);
    expectClose(b, [-1 / 3]);
    optimizer.dispose();
    a.dispose();
    b.dispose();
  });

  it("loads what PyTorch saves of a parameter before its first step", async () => {
    const w = variable(tensor1d([0]));
    const optimizer = new Adagrad([w]);
    const sum = { shape: [1], data: Float32Array.of(0.5), dtype: "float32" } as const;
    optimizer.loadStateDict({ state: { 0: { step: 0, sum } }, param_groups: [{ params: [0] }] });
    expect((await optimizer.stateDict()).state[0]).toEqual({ step: 0, sum });
    optimizer.dispose();
    w.dispose();
  });
});

describe("Adagrad's options", () => {
  it("have PyTorch's defaults and are checked", () => {
    const w = variable(tensor1d([1]));
    const { params: _, ...options } = new Adagrad([w]).paramGroups[0] as Adagrad["paramGroups"][0];
    expect(options).toEqual({
      lr: 1e-2,
      lrDecay: 0,
      weightDecay: 0,
      initialAccumulatorValue: 0,
      eps: 1e-10,
      maximize: false,
    });
    for (const name of ["lrDecay", "weightDecay", "initialAccumulatorValue", "eps"]) {
      expect(() => new Adagrad([w], { [name]: -1 })).toThrow(
        `Adagrad: expected ${name} to be 0 or more, got -1`,
      );
    }
    w.dispose();
  });
});
