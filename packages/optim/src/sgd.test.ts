import { describeOnBackends, describeOptimizer, expectClose } from "@kindling/testing";
import { tensor1d, variable } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { SGD } from "./sgd.ts";

describeOptimizer("SGD", { make: (params, { lr = 0.05 } = {}) => new SGD(params, { lr }) });
describeOptimizer("SGD with momentum", {
  make: (params, { lr = 0.02 } = {}) => new SGD(params, { lr, momentum: 0.5, dampening: 0.1 }),
});
describeOptimizer("SGD with nesterov and weight decay", {
  make: (params, { lr = 0.02 } = {}) =>
    new SGD(params, { lr, momentum: 0.5, nesterov: true, weightDecay: 0.01 }),
});

describeOnBackends("SGD", () => {
  it("dampens from the second step on", () => {
    const w = variable(tensor1d([0]));
    const optimizer = new SGD([w], { lr: 1, momentum: 0.5, dampening: 0.75 });
    optimizer.update([tensor1d([1])]);
    expectClose(w, [-1]);
    optimizer.update([tensor1d([1])]);
    expectClose(w, [-1.75]);
    optimizer.dispose();
    w.dispose();
  });

  it("climbs when told to maximize, and gives each group its own options", () => {
    const [a, b] = [variable(tensor1d([0])), variable(tensor1d([0]))];
    const optimizer = new SGD([{ params: [a] }, { params: [b], lr: 2, maximize: true }], { lr: 1 });
    optimizer.update([tensor1d([1]), tensor1d([1])]);
    expectClose(a, [-1]);
    expectClose(b, [2]);
    optimizer.dispose();
    a.dispose();
    b.dispose();
  });

  it("starts the momentum when it is switched on", () => {
    const w = variable(tensor1d([0]));
    const optimizer = new SGD([w], { lr: 1, dampening: 0.5 });
    optimizer.update([tensor1d([1])]);
    (optimizer.paramGroups[0] as { momentum: number }).momentum = 0.5;
    optimizer.update([tensor1d([1])]);
    expectClose(w, [-2]);
    optimizer.dispose();
    w.dispose();
  });
});

describe("SGD's options", () => {
  it("need a momentum and no dampening for nesterov", () => {
    const w = variable(tensor1d([1]));
    expect(() => new SGD([w], { nesterov: true })).toThrow(
      "SGD: expected nesterov with a momentum and no dampening, got momentum 0, dampening 0",
    );
    expect(() => new SGD([w], { nesterov: true, momentum: 0.9, dampening: 0.1 })).toThrow(
      /dampening 0.1/,
    );
    expect(() => new SGD([w], { momentum: -1 })).toThrow(/expected momentum to be 0 or more/);
    w.dispose();
  });
});
