import { ArgumentError, manualSeed } from "@kindling/core";
import { describeModule, describeOnBackends, expectClose } from "@kindling/testing";
import { tensor2d, zeros } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { Linear, linear } from "./index.ts";

describeModule("Linear", {
  make: () => new Linear(3, 2),
  input: [4, 3],
  output: [4, 2],
  prints: "Linear(in_features=3, out_features=2, bias=True)",
  rejects: [[4, 5], [3, 1], []],
});

describeModule("Linear on sequences, without bias", {
  make: () => new Linear(3, 2, { bias: false }),
  input: [2, 2, 3],
  output: [2, 2, 2],
  prints: "Linear(in_features=3, out_features=2, bias=False)",
});

describeOnBackends("Linear", () => {
  test("draws nothing for a bias it does not have", () => {
    manualSeed(3);
    const without = new Linear(4, 2, { bias: false });
    const next = new Linear(1, 1);
    manualSeed(3);
    const plain = new Linear(4, 2, { bias: false });
    expectClose(plain.weight, without.weight, { tolerance: 0 });
    expectClose(new Linear(1, 1).weight, next.weight, { tolerance: 0 });
    expect(without.bias).toBeNull();
  });

  test("says what to do with an image", () => {
    expect(() => new Linear(12, 1).forward(zeros([5, 2, 2, 3]))).toThrow(
      "Linear: expected input of shape [..., 12], got [5, 2, 2, 3]; add new Flatten() before it",
    );
  });

  test("maps an empty batch to an empty batch", () => {
    expect(new Linear(3, 2).forward(zeros([0, 3])).shape).toEqual([0, 2]);
  });

  test.each([0, -1, 1.5, Number.NaN])("rejects %d features", (features) => {
    expect(() => new Linear(features, 1)).toThrow(ArgumentError);
    expect(() => new Linear(1, features)).toThrow(`got ${features}`);
  });
});

describeOnBackends("linear", () => {
  test("linear multiplies by the transposed weight", () => {
    const y = linear(tensor2d([[1, 2]]), tensor2d([3, 4, 5, 6, 7, 8], [3, 2]));
    expectClose(y, [11, 17, 23]);
  });
});
