import { describeOnBackends, describeOptimizer, expectClose, values } from "@kindling/testing";
import { fill, tensor1d, variable } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { RMSprop } from "./rms-prop.ts";

describeOptimizer("RMSprop", { make: (params, { lr = 0.02 } = {}) => new RMSprop(params, { lr }) });
describeOptimizer("RMSprop, centered, with momentum", {
  make: (params, { lr = 0.1 } = {}) =>
    new RMSprop(params, { lr, centered: true, momentum: 0.5, weightDecay: 0.01 }),
});

describeOnBackends("RMSprop", () => {
  it("stays finite, centered, where a steady gradient's variance rounds to below 0", () => {
    const w = variable(tensor1d([0, 0, 0]));
    const optimizer = new RMSprop([w], { lr: 1e-9, alpha: 0.5, centered: true });
    for (let i = 0; i < 100; i++) optimizer.update([tensor1d([0.1, 0.3, 0.7])]);
    expect(values(w).every(Number.isFinite)).toBe(true);
    optimizer.dispose();
    w.dispose();
  });

  it("starts the momentum when it is switched on", () => {
    const w = variable(fill([2], 1));
    const optimizer = new RMSprop([w], { lr: 1, alpha: 0, eps: 0 });
    optimizer.update([tensor1d([4, -4])]);
    expectClose(w, [0, 2]);
    (optimizer.paramGroups[0] as { momentum: number }).momentum = 0.5;
    optimizer.update([tensor1d([4, -4])]);
    optimizer.update([tensor1d([4, -4])]);
    expectClose(w, [-2.5, 4.5]);
    optimizer.dispose();
    w.dispose();
  });
});

describe("RMSprop's options", () => {
  it("have PyTorch's defaults and are checked", () => {
    const w = variable(tensor1d([1]));
    const { params: _, ...options } = new RMSprop([w]).paramGroups[0] as RMSprop["paramGroups"][0];
    expect(options).toEqual({
      lr: 1e-2,
      alpha: 0.99,
      eps: 1e-8,
      weightDecay: 0,
      momentum: 0,
      centered: false,
      maximize: false,
    });
    for (const name of ["alpha", "eps", "weightDecay", "momentum"]) {
      expect(() => new RMSprop([w], { [name]: -1 })).toThrow(
        `RMSprop: expected ${name} to be 0 or more, got -1`,
      );
    }
    w.dispose();
  });
});
