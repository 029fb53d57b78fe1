import { describeOnBackends, describeOptimizer, expectClose, values } from "@kindling/testing";
import { tensor1d, type Variable, variable } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { Adam } from "./adam.ts";
import { AdamW } from "./adam-w.ts";

const make = (params: Variable[], { lr = 0.1 } = {}): Adam => new Adam(params, { lr });
describeOptimizer("Adam", { make });
describeOptimizer("Adam with amsgrad, weight decay and maximize off", {
  make: (params, { lr = 0.1 } = {}) => new Adam(params, { lr, amsgrad: true, weightDecay: 0.01 }),
});
describeOptimizer("AdamW", {
  make: (params, { lr = 0.1 } = {}) => new AdamW(params, { lr, weightDecay: 0.01 }),
});

describeOnBackends("Adam", () => {
  it("moves by lr against the sign of the first gradient, whatever its size", () => {
    const w = variable(tensor1d([1, 1, 1]));
    const optimizer = new Adam([w], { lr: 0.5, eps: 0 });
    optimizer.update([tensor1d([1e-6, -3, 1e6])]);
    expectClose(w, [0.5, 1.5, 0.5], { tolerance: 1e-6 });
    optimizer.dispose();
    w.dispose();
  });

  it("does not divide by zero where all gradients are zero, also with a learning rate of 0", () => {
    const w = variable(tensor1d([1, 2]));
    const optimizer = new Adam([w]);
    optimizer.update([tensor1d([0, 0])]);
    (optimizer.paramGroups[0] as { lr: number }).lr = 0;
    optimizer.update([tensor1d([0, 1])]);
    expect(values(w)).toEqual([1, 2]);
    optimizer.dispose();
    w.dispose();
  });

  it("shrinks the weights by lr · weightDecay when the decay is decoupled", () => {
    const w = variable(tensor1d([2, -4]));
    const optimizer = new AdamW([w], { lr: 0.1, weightDecay: 0.5 });
    optimizer.update([tensor1d([0, 0])]);
    expectClose(w, [1.9, -3.8]);
    optimizer.dispose();
    w.dispose();
  });
});

describe("Adam's options", () => {
  it("have PyTorch's defaults", () => {
    const w = variable(tensor1d([1]));
    const { params, ...adam } = new Adam([w]).paramGroups[0] as Adam["paramGroups"][0];
    expect(params).toEqual([w]);
    expect(adam).toEqual({
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      amsgrad: false,
      maximize: false,
      decoupledWeightDecay: false,
    });
    expect(new AdamW([w]).paramGroups[0]).toMatchObject({
      weightDecay: 1e-2,
      decoupledWeightDecay: true,
    });
    w.dispose();
  });

  it.each([
    [{ betas: [1, 0.9] as const }, "Adam: expected betas[0] to be in [0, 1), got 1"],
    [{ betas: [0.9, -0.1] as const }, "Adam: expected betas[1] to be in [0, 1), got -0.1"],
    [{ betas: [Number.NaN, 0] as const }, "Adam: expected betas[0] to be in [0, 1), got NaN"],
    [{ eps: -1 }, "Adam: expected eps to be 0 or more, got -1"],
    [{ weightDecay: -1 }, "Adam: expected weightDecay to be 0 or more, got -1"],
  ])("are checked: %o", (options, message) => {
    const w = variable(tensor1d([1]));
    expect(() => new Adam([w], options)).toThrow(message);
    expect(() => new AdamW([{ params: [w], ...options }])).toThrow(
      message.replace("Adam", "AdamW"),
    );
    w.dispose();
  });
});
