import { ArgumentError } from "@kindling/core";
import { describeModule, describeOnBackends } from "@kindling/testing";
import { range, reshape, type Tensor, zeros } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { Flatten, flatten } from "./index.ts";

describeModule("Flatten", {
  make: () => new Flatten(),
  input: [2, 3, 2, 2],
  output: [2, 12],
  prints: "Flatten(start_dim=1, end_dim=-1)",
});

describeModule("Flatten of the last two axes", {
  make: () => new Flatten<Tensor>(2, 3),
  input: [2, 3, 2, 2],
  output: [2, 2, 6],
  prints: "Flatten(start_dim=2, end_dim=3)",
});

describeOnBackends("flatten", () => {
  test("puts out channel after channel", () => {
    const x = reshape(range(0, 8), [1, 2, 2, 2]); // pixel p has channels 2p and 2p + 1
    expect([...flatten(x).dataSync()]).toEqual([0, 2, 4, 6, 1, 3, 5, 7]);
  });

  test("keeps the order of what is no image, and of one axis", () => {
    expect([...flatten(reshape(range(0, 6), [1, 3, 2])).dataSync()]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(flatten(zeros([2, 3])).shape).toEqual([2, 3]);
    expect(flatten(zeros([2, 3, 4, 5]), 1, 1).shape).toEqual([2, 3, 4, 5]);
    expect(flatten(zeros([0, 3, 4, 5])).shape).toEqual([0, 60]);
  });

  test("rejects axes that are not there or in the wrong order", () => {
    expect(() => flatten(zeros([3]))).toThrow(ArgumentError);
    expect(() => flatten(zeros([3, 4]), 2)).toThrow("axis from -2 to 1, got 2");
    expect(() => flatten(zeros([3, 4]), 1, 0)).toThrow("startDim up to endDim, got 1 and 0");
  });
});
