import { ArgumentError } from "@kindling/core";
import { describeModule, describeOnBackends, expectClose, expectTensors } from "@kindling/testing";
import { ones, zeros } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { AvgPool2d, Conv2d, Flatten, Linear, ReLU, Sequential, Tanh } from "./index.ts";

describeModule("Sequential", {
  make: () => new Sequential(new Linear(3, 4), new Tanh(), new Linear(4, 2)),
  input: [2, 3],
  output: [2, 2],
  prints: `Sequential(
  (0): Linear(in_features=3, out_features=4, bias=True)
  (1): Tanh()
  (2): Linear(in_features=4, out_features=2, bias=True)
)`,
  rejects: [[2, 4]],
});

describeModule("Sequential of an image", {
  make: () =>
    new Sequential({
      conv: new Conv2d(1, 2, { kernelSize: 2 }),
      pool: new AvgPool2d([1, 2]),
      flatten: new Flatten(),
    }),
  input: [2, 3, 5, 1],
  output: [2, 8],
  prints: `Sequential(
  (conv): Conv2d(1, 2, kernel_size=(2, 2), stride=(1, 1))
  (pool): AvgPool2d(kernel_size=(1, 2), stride=(1, 2), padding=0)
  (flatten): Flatten(start_dim=1, end_dim=-1)
)`,
});

describeOnBackends("Sequential", () => {
  test("names its layers by position, or by the keys it is given", () => {
    const names = (model: Sequential): string[] => model.namedChildren().map(([name]) => name);
    expect(names(new Sequential(new ReLU(), new ReLU()) as Sequential)).toEqual(["0", "1"]);
    const layers = new Map([
      ["b", new ReLU()],
      ["a", new ReLU()],
    ]);
    expect(names(new Sequential(layers) as unknown as Sequential)).toEqual(["b", "a"]);
  });

  test("is a list of its layers", () => {
    const [first, second] = [new ReLU(), new Linear(1, 1)];
    const model = new Sequential(first, second);
    expect(model).toHaveLength(2);
    expect([...model]).toEqual([first, second]);
    expect(model.at(-1)).toBe(second);
    expect(model.at(2)).toBeUndefined();
  });

  test("passes its input on when empty, as a tensor of its own", async () => {
    const x = ones([2]);
    const y = await expectTensors(() => new Sequential().forward(x), 1);
    x.dispose();
    expectClose(y, [1, 1]);
    y.dispose();
  });

  test("rejects what is no layer", () => {
    const make = (): unknown => new Sequential(new ReLU(), zeros([1]) as never);
    expect(make).toThrow(ArgumentError);
    expect(() => new Sequential({ act: 5 as never })).toThrow("layer act to be a Module, got 5");
  });
});
