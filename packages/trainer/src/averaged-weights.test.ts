import { BatchNorm1d } from "@kindling/layers";
import { describeOnBackends, expectClose, expectTensors, values } from "@kindling/testing";
import { scalar, type Tensor, tensor1d, tidy } from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AveragedWeights } from "./index.ts";

describeOnBackends("AveragedWeights", () => {
  let model: BatchNorm1d;
  beforeEach(() => {
    model = new BatchNorm1d(1);
  });
  afterEach(() => model.dispose());

  /** Weight, bias, running mean and variance, count. */
  const state = (): number[] =>
    [...model.parameters(), ...model.buffers()].flatMap((variable) => values(variable as Tensor));
  const set = (value: number, count = value): void =>
    tidy(() => {
      for (const variable of [model.weight, model.bias, model.runningMean, model.runningVar]) {
        variable?.assign(tensor1d([value]));
      }
      model.numBatchesTracked?.assign(scalar(count, "int32"));
    });

  test("is the mean of the weights; buffers stay the model's", () => {
    const average = new AveragedWeights(model);
    for (const value of [1, 3, 8]) {
      set(value);
      average.update();
    }
    expect(average.count).toBe(3);
    average.apply();
    expectClose(state(), [4, 4, 8, 8, 8]);
    average.undo();
    expect(state()).toEqual([8, 8, 8, 8, 8]);
    average.dispose();
  });

  test("averages buffers when told, integers cut as in torch", () => {
    const average = new AveragedWeights(model, { useBuffers: true });
    for (const [value, count] of [
      [1, 4],
      [2, 6],
      [6, 6],
      [6, 7],
    ] as const) {
      set(value, count);
      average.update();
    }
    average.apply();
    // 4 → 5 → 5 + (6 − 5) / 3, cut → 5 + (7 − 5) / 4, cut
    expectClose(state(), [3.75, 3.75, 3.75, 3.75, 5]);
    average.dispose();
  });

  test("moves towards the weights by 1 − decay, from a copy of the first", () => {
    for (const decay of [0.75, 0.25, 0, 1]) {
      const average = new AveragedWeights(model, { decay });
      set(1);
      average.update();
      set(5);
      average.update();
      average.apply();
      expectClose(state().slice(0, 2), [5 - 4 * decay, 5 - 4 * decay]);
      average.undo();
      average.dispose();
    }
  });

  test("applies and undoes as often as told, and not before the first update", () => {
    const average = new AveragedWeights(model);
    set(1);
    average.apply();
    expect(average.applied).toBe(false);
    average.update();
    set(2);
    average.apply();
    average.apply();
    expect(state().slice(0, 2)).toEqual([1, 1]);
    expect(() => average.update()).toThrow("got the averaged ones; call undo() first");
    average.undo();
    average.undo();
    expect(state().slice(0, 2)).toEqual([2, 2]);
    average.dispose();
  });

  test("keeps one set of tensors over many updates, and none after dispose", async () => {
    const average = new AveragedWeights(model, { decay: 0.9 });
    await expectTensors(async () => {
      average.update();
      await expectTensors(() => {
        for (let i = 0; i < 5; i++) tidy(() => average.update());
        average.apply();
        average.undo();
      });
      average.apply();
      average.dispose();
    });
  });

  test("goes on from its state, and refuses another model's", async () => {
    const [average, copy] = [new AveragedWeights(model), new AveragedWeights(model)];
    for (const value of [1, 4]) {
      set(value);
      average.update();
    }
    await expectTensors(async () => {
      copy.restore(structuredClone(await average.state()));
      set(10);
      copy.update();
      copy.apply();
      copy.dispose();
    });
    expect(state().slice(0, 2)).toEqual([5, 5]);
    const other = new BatchNorm1d(2);
    const wrong = new AveragedWeights(other);
    wrong.update();
    const before = await average.state();
    const foreign = await wrong.state();
    expect(() => average.restore(foreign)).toThrow(
      "AveragedWeights.restore: expected weights of shapes [1] [1], got [2] [2]",
    );
    expect(await average.state()).toEqual(before);
    average.dispose();
    wrong.dispose();
    other.dispose();
  });

  test("rejects what is no share", () => {
    for (const decay of [-0.1, 1.1, Number.NaN]) {
      expect(() => new AveragedWeights(model, { decay })).toThrow(`got ${decay}`);
    }
  });
});
