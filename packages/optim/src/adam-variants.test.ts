import { describeOnBackends, describeOptimizer, expectClose, values } from "@kindling/testing";
import { tensor1d, variable } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { Adamax } from "./adamax.ts";
import { NAdam } from "./n-adam.ts";
import { RAdam } from "./r-adam.ts";

describeOptimizer("Adamax", {
  make: (params, { lr = 0.1 } = {}) => new Adamax(params, { lr, weightDecay: 0.01 }),
});
describeOptimizer("NAdam", { make: (params, { lr = 0.1 } = {}) => new NAdam(params, { lr }) });
describeOptimizer("NAdam with decoupled weight decay", {
  make: (params, { lr = 0.1 } = {}) =>
    new NAdam(params, { lr, weightDecay: 0.01, decoupledWeightDecay: true }),
});
describeOptimizer("RAdam", {
  make: (params, { lr = 0.1 } = {}) => new RAdam(params, { lr, betas: [0.9, 0.99] }),
});

describeOnBackends("Adamax", () => {
  it("divides by the largest gradient, which fades by β2", () => {
    const w = variable(tensor1d([0]));
    const optimizer = new Adamax([w], { lr: 1, betas: [0, 0.5], eps: 0 });
    optimizer.update([tensor1d([8])]);
    expectClose(w, [-1]);
    optimizer.update([tensor1d([1])]);
    expectClose(w, [-1.25]);
    optimizer.dispose();
    w.dispose();
  });
});

describeOnBackends("NAdam", () => {
  it("rejects a saved state without its product of momenta, and stays as it was", async () => {
    const w = variable(tensor1d([0]));
    const optimizer = new NAdam([w]);
    optimizer.update([tensor1d([1])]);
    const dict = await optimizer.stateDict();
    const { mu_product: product, ...rest } = dict.state[0] ?? {};
    expect(product).toBeCloseTo(0.9 * (1 - 0.5 * 0.96 ** 0.004), 6);
    for (const wrong of [rest, { ...rest, mu_product: Number.NaN }]) {
      expect(() => optimizer.loadStateDict({ ...dict, state: { 0: wrong } })).toThrow(
        /NAdam: state 0: expected mu_product to be a number, got/,
      );
    }
    expect(await optimizer.stateDict()).toEqual(dict);
    optimizer.dispose();
    w.dispose();
  });
});

describeOnBackends("RAdam", () => {
  it("ignores the size of the variance for the first five steps, and then does not", () => {
    const w = variable(tensor1d([0]));
    const optimizer = new RAdam([w], { lr: 1, betas: [0, 0.999] });
    const moved = Array.from({ length: 6 }, () => {
      const [before = 0] = values(w);
      optimizer.update([tensor1d([4])]);
      return before - (values(w)[0] ?? 0);
    });
    expectClose(moved.slice(0, 5), [4, 4, 4, 4, 4]);
    expect(moved[5]).toBeLessThan(0.1);
    optimizer.dispose();
    w.dispose();
  });
});

describe.each([
  ["Adamax", Adamax, { lr: 2e-3 }],
  ["NAdam", NAdam, { lr: 2e-3, momentumDecay: 4e-3, decoupledWeightDecay: false }],
  ["RAdam", RAdam, { lr: 1e-3, decoupledWeightDecay: false }],
] as const)("%s's options", (name, Class, own) => {
  it("have PyTorch's defaults and are checked", () => {
    const w = variable(tensor1d([1]));
    const { params: _, ...options } = new Class([w]).paramGroups[0] as Adamax["paramGroups"][0];
    const common = { betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maximize: false };
    expect(options).toEqual({ ...common, ...own });
    expect(() => new Class([w], { betas: [0.9, 1] })).toThrow(
      `${name}: expected betas[1] to be in [0, 1), got 1`,
    );
    const numbers = Object.keys({ eps: 0, weightDecay: 0, ...own }).filter((n) => !/^d/.test(n));
    for (const option of numbers) {
      expect(() => new Class([w], { [option]: -1 })).toThrow(
        `${name}: expected ${option} to be 0 or more, got -1`,
      );
    }
    w.dispose();
  });
});
