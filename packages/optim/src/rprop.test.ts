import { describeOnBackends, expectClose } from "@kindling/testing";
import { tensor1d, variable } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { Rprop } from "./rprop.ts";

describeOnBackends("Rprop", () => {
  it("grows a step size, shrinks it and leaves that step out where the gradient turned", () => {
    const w = variable(tensor1d([0, 0]));
    const optimizer = new Rprop([w], { lr: 1, etas: [0.5, 2] });
    optimizer.update([tensor1d([3, 3])]);
    expectClose(w, [-1, -1]);
    optimizer.update([tensor1d([0.1, -0.1])]);
    expectClose(w, [-3, -1]);
    optimizer.update([tensor1d([0.1, -0.1])]);
    expectClose(w, [-7, -0.5]);
    optimizer.dispose();
    w.dispose();
  });

  it("keeps step sizes in their range", () => {
    const w = variable(tensor1d([0]));
    const optimizer = new Rprop([w], { lr: 1, stepSizes: [0.9, 1.1] });
    for (const gradient of [1, 1, -1, -1]) optimizer.update([tensor1d([gradient])]);
    expectClose(w, [-1 - 1.1 + 0.9]);
    optimizer.dispose();
    w.dispose();
  });
});

describe("Rprop's options", () => {
  it("have PyTorch's defaults and are checked", () => {
    const w = variable(tensor1d([1]));
    expect(new Rprop([w]).paramGroups[0]).toMatchObject({
      lr: 1e-2,
      etas: [0.5, 1.2],
      stepSizes: [1e-6, 50],
      maximize: false,
    });
    expect(() => new Rprop([w], { lr: -1 })).toThrow("Rprop: expected lr to be 0 or more, got -1");
    for (const etas of [
      [0, 2],
      [1, 2],
      [0.5, 1],
    ] as const) {
      expect(() => new Rprop([w], { etas })).toThrow(/expected etas below and above 1, got \[/);
    }
    for (const stepSizes of [
      [2, 1],
      [-1, 1],
    ] as const) {
      expect(() => new Rprop([w], { stepSizes })).toThrow(/expected stepSizes to be a range/);
    }
    w.dispose();
  });
});
