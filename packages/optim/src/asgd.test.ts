import { describeOnBackends, expectClose } from "@kindling/testing";
import { tensor1d, variable } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { ASGD } from "./asgd.ts";
import type { HostTensor } from "./host-tensor.ts";

describeOnBackends("ASGD", () => {
  it("has the average of the weights after step t0 + 1 in its state", async () => {
    const w = variable(tensor1d([0]));
    const optimizer = new ASGD([w], { lr: 1, lambd: 0, t0: 1 });
    const averages: number[] = [];
    for (const gradient of [-1, -1, -3, -1, -1]) {
      optimizer.update([tensor1d([gradient])]);
      const ax = (await optimizer.stateDict()).state[0]?.ax as HostTensor;
      averages.push(ax.data[0] ?? 0);
    }
    expectClose(averages, [1, 2, 5, (5 + 6) / 2, (5 + 6 + 7) / 3]);
    optimizer.dispose();
    w.dispose();
  });

  it("follows a change of the learning rate one step later, as PyTorch's does", () => {
    const w = variable(tensor1d([0]));
    const optimizer = new ASGD([w], { lr: 1, lambd: 0 });
    optimizer.update([tensor1d([1])]);
    (optimizer.paramGroups[0] as { lr: number }).lr = 0.5;
    optimizer.update([tensor1d([1])]);
    optimizer.update([tensor1d([1])]);
    expectClose(w, [-2.5]);
    optimizer.dispose();
    w.dispose();
  });
});

describe("ASGD's options", () => {
  it("have PyTorch's defaults and are checked", () => {
    const w = variable(tensor1d([1]));
    const { params: _, ...options } = new ASGD([w]).paramGroups[0] as ASGD["paramGroups"][0];
    const defaults = { lr: 1e-2, lambd: 1e-4, alpha: 0.75, t0: 1e6, weightDecay: 0 };
    expect(options).toEqual({ ...defaults, maximize: false });
    for (const name of Object.keys(defaults)) {
      expect(() => new ASGD([w], { [name]: -1 })).toThrow(
        `ASGD: expected ${name} to be 0 or more, got -1`,
      );
    }
    w.dispose();
  });
});
