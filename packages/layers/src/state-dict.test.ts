import { ArgumentError } from "@kindling/core";
import { describeOnBackends, expectClose, expectTensors, values } from "@kindling/testing";
import { mul, zeros } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { BatchNorm1d, Conv2d, Linear, Sequential } from "./index.ts";

describeOnBackends("stateDict and loadStateDict", () => {
  const make = (): Sequential =>
    new Sequential(new Conv2d(2, 3, { kernelSize: 2 }), new BatchNorm1d(3)) as Sequential;

  test("list everything that does not fit, and change nothing", async () => {
    const model = make();
    const before = await model.stateDict();
    const bad = {
      ...before,
      "0.weight": { shape: [3, 2, 2, 1], dtype: "float32", data: new Float32Array(12) },
      "1.weight": { shape: [3], dtype: "float32", data: new Float32Array(2) },
      "2.weight": { shape: [1], dtype: "float32", data: new Float32Array(1) },
    } as const;
    const gone = ["0.bias", "1.running_var"];
    const state = Object.fromEntries(Object.entries(bad).filter(([name]) => !gone.includes(name)));
    const load = (): unknown => model.loadStateDict(state);
    await expectTensors(() => expect(load).toThrow(ArgumentError));
    expect(load).toThrow(
      [
        "Sequential.loadStateDict: expected the state of this module, got",
        "  missing keys: 0.bias, 1.running_var",
        "  unexpected keys: 2.weight",
        "  0.weight: expected shape [3, 2, 2, 2], got [3, 2, 2, 1]",
        "  1.weight: expected 3 values, got 2",
      ].join("\n"),
    );
    expect(await model.stateDict()).toEqual(before);
  });

  test("report what does not fit when not strict", () => {
    const data = Float32Array.from([1, 2, 3]);
    const state = {
      "0.bias": { shape: [3], dtype: "float32", data },
      other: null as never,
    } as const;
    const model = make();
    const result = model.loadStateDict(state, { strict: false });
    expect(result.missingKeys).not.toContain("0.bias");
    expect(result.missingKeys).toContain("1.num_batches_tracked");
    expect(result.unexpectedKeys).toEqual(["other"]);
    expectClose(model.parameters()[1] ?? [], data);
  });

  test("copy: a later step or a changed dictionary changes neither", async () => {
    const layer = new Linear(1, 1);
    const state = await layer.stateDict();
    const saved = Float32Array.from(state.weight?.data ?? []);
    layer.weight.assign(mul(layer.weight, 2));
    expect(state.weight?.data).toEqual(saved);
    layer.loadStateDict(state);
    state.weight?.data.fill(99);
    expectClose(layer.weight, saved);
  });

  test("read the values of the call, whatever is assigned before they arrive", async () => {
    const layer = new Linear(1, 1);
    const before = values(layer.weight);
    const reading = layer.stateDict();
    layer.weight.assign(zeros([1, 1]));
    expect([...((await reading).weight?.data ?? [])]).toEqual(before);
  });
});
