import { describeOnBackends, describeOptimizer, expectClose } from "@kindling/testing";
import { tensor1d, tensor2d, variable, zeros } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { Adafactor } from "./adafactor.ts";

describeOptimizer("Adafactor", {
  make: (params, { lr = 0.5 } = {}) => new Adafactor(params, { lr, weightDecay: 0.001 }),
});

describeOnBackends("Adafactor", () => {
  it("keeps a row and a column of a matrix, in PyTorch's axes, and all of a vector", async () => {
    const w = Object.assign(variable(zeros([2, 3])), { layout: [1, 0] });
    const b = variable(zeros([2]));
    const optimizer = new Adafactor([w, b]);
    optimizer.update([
      tensor2d([
        [1, 2, 3],
        [0, 2, 3],
      ]),
      tensor1d([5, 6]),
    ]);
    const { state } = await optimizer.stateDict();
    expect(state).toMatchObject({
      0: { row_var: { shape: [3, 1] }, col_var: { shape: [1, 2] } },
      1: { variance: { shape: [2] } },
    });
    const { row_var, col_var } = state[0] as Record<string, { data: Float32Array }>;
    expectClose(row_var?.data ?? [], [1 / 2, 4, 9]);
    expectClose(col_var?.data ?? [], [14 / 3, 13 / 3]);
    optimizer.dispose();
    w.dispose();
    b.dispose();
  });

  it("rejects a saved state of another shape", async () => {
    const w = variable(zeros([2, 3]));
    const optimizer = new Adafactor([w]);
    optimizer.update([
      tensor2d([
        [1, 2, 3],
        [0, 2, 3],
      ]),
    ]);
    const dict = await optimizer.stateDict();
    const col_var = { shape: [2, 3], data: new Float32Array(6), dtype: "float32" } as const;
    const wrong = { ...dict, state: { 0: { ...dict.state[0], col_var } } };
    expect(() => optimizer.loadStateDict(wrong as typeof dict)).toThrow(
      "Adafactor: state 0: col_var: expected shape [1,3], got [2,3]",
    );
    optimizer.dispose();
    w.dispose();
  });
});

describe("Adafactor's options", () => {
  it("have PyTorch's defaults and are checked", () => {
    const w = variable(tensor1d([1]));
    const { params: _, ...options } = new Adafactor([w])
      .paramGroups[0] as Adafactor["paramGroups"][0];
    expect(options).toEqual({
      lr: 1e-2,
      beta2Decay: -0.8,
      eps: [null, 1e-3],
      d: 1,
      weightDecay: 0,
      maximize: false,
    });
    expect(() => new Adafactor([w], { beta2Decay: 0.8 })).toThrow(
      "Adafactor: expected beta2Decay to be 0 or less, got 0.8",
    );
    expect(() => new Adafactor([w], { d: 0.5 })).toThrow(
      "Adafactor: expected d to be 1 or more, got 0.5",
    );
    expect(() => new Adafactor([w], { eps: [-1, 0] })).toThrow(/expected eps\[0\] to be 0 or more/);
    expect(() => new Adafactor([w], { eps: [null, -1] })).toThrow(/expected eps\[1\] to be 0/);
    expect(() => new Adafactor([w], { weightDecay: -1 })).toThrow(/expected weightDecay to be 0/);
    w.dispose();
  });
});
