import { describeOnBackends, describeOptimizer, expectClose } from "@kindling/testing";
import { tensor1d, variable } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { Lion } from "./lion.ts";

describeOptimizer("Lion", {
  make: (params, { lr = 0.05 } = {}) => new Lion(params, { lr, weightDecay: 0.01 }),
});

describeOnBackends("Lion", () => {
  it("moves each value by lr, whatever the gradient's size, and not where it is 0", () => {
    const w = variable(tensor1d([1, 1, 1]));
    const optimizer = new Lion([w], { lr: 0.25 });
    optimizer.update([tensor1d([1e-6, -1e6, 0])]);
    expectClose(w, [0.75, 1.25, 1]);
    optimizer.dispose();
    w.dispose();
  });

  it("takes the direction with β1 and keeps the mean with β2", () => {
    const w = variable(tensor1d([0]));
    const optimizer = new Lion([w], { lr: 1, betas: [0.5, 0.9] });
    optimizer.update([tensor1d([10])]); // the mean is 1
    optimizer.update([tensor1d([-0.9])]); // 0.5 · 1 − 0.5 · 0.9 is above 0
    expectClose(w, [-2]);
    optimizer.update([tensor1d([-0.9])]); // the mean is 0.81
    expectClose(w, [-1]);
    optimizer.dispose();
    w.dispose();
  });
});

describe("Lion's options", () => {
  it("have the paper's defaults and are checked", () => {
    const w = variable(tensor1d([1]));
    expect(new Lion([w]).paramGroups[0]).toMatchObject({
      lr: 1e-4,
      betas: [0.9, 0.99],
      weightDecay: 0,
      maximize: false,
    });
    expect(() => new Lion([w], { betas: [1, 0.9] })).toThrow(/Lion: expected betas\[0\]/);
    expect(() => new Lion([w], { weightDecay: -1 })).toThrow(/expected weightDecay to be 0/);
    w.dispose();
  });
});
