import { describeOnBackends, describeOptimizer, values } from "@kindling/testing";
import { tensor1d, variable } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { Adadelta } from "./adadelta.ts";

describeOptimizer("Adadelta", {
  // Its updates begin at √eps, whatever the gradients: the default 1e-6 takes more than 50 steps.
  make: (params, { lr = 1 } = {}) => new Adadelta(params, { lr, eps: 1e-2, weightDecay: 0.01 }),
});

describeOnBackends("Adadelta", () => {
  it("moves by the same amount whatever the size of the gradient", () => {
    const w = variable(tensor1d([0, 0]));
    const optimizer = new Adadelta([w], { eps: 1e-12 });
    for (let i = 0; i < 5; i++) optimizer.update([tensor1d([1, 1000])]);
    const [small = 0, large = 0] = values(w);
    expect(large).toBeLessThan(0);
    expect(large / small).toBeCloseTo(1, 5);
    optimizer.dispose();
    w.dispose();
  });
});

describe("Adadelta's options", () => {
  it("have PyTorch's defaults and are checked", () => {
    const w = variable(tensor1d([1]));
    const { params: _, ...options } = new Adadelta([w])
      .paramGroups[0] as Adadelta["paramGroups"][0];
    expect(options).toEqual({ lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false });
    expect(() => new Adadelta([w], { rho: 1.5 })).toThrow(
      "Adadelta: expected rho to be from 0 to 1, got 1.5",
    );
    for (const name of ["eps", "weightDecay"]) {
      expect(() => new Adadelta([w], { [name]: -1 })).toThrow(
        `Adadelta: expected ${name} to be 0 or more, got -1`,
      );
    }
    w.dispose();
  });
});
