import { ArgumentError, clipGradNorm } from "@kindling/core";
import { activateBackend, expectClose, expectTensors, values } from "@kindling/testing";
import {
  add,
  backend,
  mul,
  type Scalar,
  scalar,
  square,
  sum,
  type Tensor,
  tensor1d,
  tensor2d,
  tidy,
  type Variable,
  variable,
} from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { Adam } from "./adam.ts";
import type { Gradients } from "./gradients.ts";
import { SGD } from "./sgd.ts";
import type { OptimizerStateDict } from "./state-dict.ts";

const live: Variable[] = [];
const parameter = (value: Tensor): Variable => {
  const made = variable(value);
  value.dispose();
  live.push(made);
  return made;
};
const scalars = (count: number): Variable[] =>
  Array.from({ length: count }, () => parameter(tensor1d([1])));

beforeAll(() => activateBackend("cpu"));
afterEach(() => {
  for (const made of live.splice(0)) made.dispose();
});

describe("Parameter groups", () => {
  it("take the optimizer's options where they have none of their own", () => {
    const [a, b] = scalars(2) as [Variable, Variable];
    const optimizer = new SGD([{ params: [a] }, { params: new Set([b]), lr: 0.5 }], {
      momentum: 0.9,
    });
    expect(optimizer.paramGroups).toMatchObject([
      { params: [a], lr: 1e-3, momentum: 0.9 },
      { params: [b], lr: 0.5, momentum: 0.9 },
    ]);
    expect(optimizer.parameters).toEqual([a, b]);
  });

  it("can be added later, and train from then on", () => {
    const [a, b] = scalars(2) as [Variable, Variable];
    const optimizer = new SGD([a], { lr: 0.5 });
    optimizer.update([tensor1d([1])]);
    optimizer.addParamGroup({ params: [b], lr: 0.25 });
    optimizer.update([tensor1d([1]), tensor1d([1])]);
    expect(values(a)).toEqual([0]);
    expect(values(b)).toEqual([0.75]);
  });

  it("reject what cannot be optimized and stay as they were", () => {
    const [a, b] = scalars(2) as [Variable, Variable];
    const whole = parameter(tensor1d([1], "int32"));
    const optimizer = new SGD([a]);
    const groups = [
      [[{ params: [b] }, { params: [b] }], /already in another group/],
      [[{ params: [b, b] }], /at 1 again, already in its group/],
      [[{ params: [] }], /expected parameters in the group, got an empty list/],
      [[b, { params: [a] }], /expected parameters or groups of them, got both/],
      [[whole], /expected float32 variables as parameters, got .*int32 \[1\]/],
    ] as const;
    for (const [source, message] of groups) {
      expect(() => new SGD(source as Iterable<Variable>)).toThrow(message);
    }
    expect(() => optimizer.addParamGroup({ params: [a] })).toThrow(/already in another group/);
    expect(() => optimizer.addParamGroup({ params: [b], lr: -1 })).toThrow(
      "SGD: expected lr to be 0 or more, got -1",
    );
    expect(optimizer.paramGroups.length).toBe(1);
  });
});

describe("A step", () => {
  it("leaves frozen parameters alone and lets them be set free", () => {
    const [a, b] = scalars(2) as [Variable, Variable];
    b.trainable = false;
    const loss = (): Scalar => tidy(() => sum(add(square(a), square(b)))) as Scalar;
    const optimizer = new SGD([a, b], { lr: 0.25 });
    optimizer.step(loss).dispose();
    b.trainable = true;
    optimizer.step(loss).dispose();
    expect(values(a)).toEqual([0.25]);
    expect(values(b)).toEqual([0.5]);
  });

  it("returns the loss from before the update", () => {
    const [a] = scalars(1) as [Variable];
    const loss = new SGD([a], { lr: 0.1 }).step(() => sum(square(a)) as Scalar);
    expect(values(loss)).toEqual([1]);
    loss.dispose();
  });

  it("reads nothing from the device", () => {
    const [a] = scalars(1) as [Variable];
    const optimizer = new Adam([a], { amsgrad: true });
    optimizer.registerGradientHook((gradients) => clipGradNorm(gradients, 1).dispose());
    const reads = [vi.spyOn(backend(), "readSync"), vi.spyOn(backend(), "read")];
    optimizer.step(() => sum(square(a)) as Scalar).dispose();
    for (const read of reads) {
      expect(read).not.toHaveBeenCalled();
      read.mockRestore();
    }
    optimizer.dispose();
  });

  it("may be taken in halves, to add up gradients of several batches", async () => {
    const [a] = scalars(1) as [Variable];
    const optimizer = new SGD([a], { lr: 0.1 });
    await expectTensors(() => {
      const total: Gradients = [null];
      for (let batch = 0; batch < 3; batch++) {
        const { loss, gradients } = optimizer.backward(() => sum(square(a)) as Scalar);
        loss.dispose();
        const [sum_, own] = [total[0] ?? null, gradients[0] as Tensor];
        total[0] = sum_ === null ? own : add(sum_, own);
        if (sum_ !== null) for (const tensor of [sum_, own]) tensor.dispose();
      }
      optimizer.update(total);
    });
    expectClose(a, [0.4]);
  });
});

describe("Gradient hooks", () => {
  it("run in order before the update until they are removed", () => {
    const [a] = scalars(1) as [Variable];
    const optimizer = new SGD([a], { lr: 1 });
    const scale = (by: number) => (gradients: Gradients) => {
      const [gradient] = gradients as [Tensor];
      gradients[0] = mul(gradient, scalar(by));
      gradient.dispose();
    };
    const remove = optimizer.registerGradientHook(scale(2));
    optimizer.registerGradientHook(() => undefined);
    tidy(() => optimizer.update([tensor1d([0.25])]));
    expect(values(a)).toEqual([0.5]);
    remove();
    remove();
    optimizer.update([tensor1d([0.25])]);
    expect(values(a)).toEqual([0.25]);
  });

  it("that throw stop the step without a trace", async () => {
    const [a] = scalars(1) as [Variable];
    const optimizer = new Adam([a]);
    optimizer.registerGradientHook(() => {
      throw new Error("from the hook");
    });
    await expectTensors(() => {
      expect(() => optimizer.step(() => sum(square(a)) as Scalar)).toThrow("from the hook");
    });
    expect(values(a)).toEqual([1]);
    expect((await optimizer.stateDict()).state).toEqual({});
  });
});

describe("A state dict", () => {
  const trained = async (): Promise<{ optimizer: Adam; dict: OptimizerStateDict }> => {
    const w = parameter(tensor2d([[1, 2, 3]]));
    const optimizer = new Adam([{ params: [w] }, { params: scalars(1), lr: 0.5 }]);
    optimizer.update([tensor2d([[1, 1, 1]]), null]);
    return { optimizer, dict: await optimizer.stateDict() };
  };

  it("has PyTorch's structure, and no state for parameters without steps", async () => {
    const { optimizer, dict } = await trained();
    expect(dict.param_groups).toEqual([
      expect.objectContaining({ lr: 1e-3, betas: [0.9, 0.999], weight_decay: 0, params: [0] }),
      expect.objectContaining({ lr: 0.5, params: [1] }),
    ]);
    expect(Object.keys(dict.state)).toEqual(["0"]);
    expect(dict.state[0]).toMatchObject({ step: 1, exp_avg: { shape: [1, 3], dtype: "float32" } });
    optimizer.dispose();
  });

  it("survives JSON", async () => {
    const { optimizer, dict } = await trained();
    const text = JSON.stringify(dict, (_, value) =>
      value instanceof Float32Array ? Array.from(value) : value,
    );
    optimizer.loadStateDict(JSON.parse(text));
    expect(await optimizer.stateDict()).toEqual(dict);
    optimizer.dispose();
  });

  type Change = (dict: OptimizerStateDict) => unknown;
  const state =
    (entry: object): Change =>
    (dict) => ({ ...dict, state: { 0: entry } });
  const exp = { shape: [1, 3], data: new Float32Array(3), dtype: "float32" };
  it.each<[string, Change, RegExp]>([
    ["a missing group", (d) => ({ ...d, param_groups: [] }), /state of 2 groups, got 0/],
    [
      "a group of another size",
      (d) => ({ ...d, param_groups: d.param_groups.map((g) => ({ ...g, params: [0, 1] })) }),
      /expected 1 parameters in group 0 of the state, got 2/,
    ],
    [
      "an option of another kind",
      (d) => ({ ...d, param_groups: d.param_groups.map((g) => ({ ...g, lr: "fast" })) }),
      /expected lr to be like 0.001, got fast/,
    ],
    [
      "an option out of its range",
      (d) => ({ ...d, param_groups: d.param_groups.map((g) => ({ ...g, betas: [2, 0] })) }),
      /expected betas\[0\] to be in \[0, 1\), got 2/,
    ],
    ["an unknown index", (d) => ({ ...d, state: { 7: {} } }), /in a group, got index 7/],
    ["no step", state({ exp_avg: exp, exp_avg_sq: exp }), /state 0: expected step to be a whole/],
    ["another optimizer's", state({ step: 1 }), /expected exp_avg, exp_avg_sq, got nothing/],
    [
      "another shape",
      state({ step: 1, exp_avg: { ...exp, shape: [3] }, exp_avg_sq: exp }),
      /state 0: exp_avg: expected shape \[1,3\], got \[3\]/,
    ],
    [
      "too few values",
      state({ step: 1, exp_avg: exp, exp_avg_sq: { ...exp, data: [] } }),
      /exp_avg_sq: expected 3 float32 values, got 0 of float32/,
    ],
    ["no tensor", state({ step: 1, exp_avg: null, exp_avg_sq: exp }), /\[1,3\], got no tensor/],
  ])("that has %s is rejected and changes nothing", async (_, change, message) => {
    const { optimizer, dict } = await trained();
    await expectTensors(() => {
      const wrong = change(dict) as OptimizerStateDict;
      expect(() => optimizer.loadStateDict(wrong)).toThrow(message);
      expect(() => optimizer.loadStateDict(wrong)).toThrow(ArgumentError);
    });
    expect(await optimizer.stateDict()).toEqual(dict);
    optimizer.dispose();
  });
});
