import { ArgumentError } from "@kindling/core";
import { describeModule, describeOnBackends, expectClose } from "@kindling/testing";
import { ones, type Tensor4D } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { AvgPool2d, avgPool2d } from "./index.ts";

describeModule("AvgPool2d", {
  make: () => new AvgPool2d(2),
  input: [1, 4, 5, 2],
  output: [1, 2, 2, 2],
  prints: "AvgPool2d(kernel_size=2, stride=2, padding=0)",
  rejects: [[1, 1, 5, 2], [4, 5, 2], []],
});

describeModule("AvgPool2d, padded, rounding up", {
  make: () => new AvgPool2d(3, { stride: [2, 1], padding: 1, ceilMode: true }),
  input: [1, 4, 5, 2],
  output: [1, 3, 5, 2],
  prints: "AvgPool2d(kernel_size=3, stride=(2, 1), padding=1)",
});

describeOnBackends("AvgPool2d", () => {
  test("counts the padding, or not, or divides by what it is told", () => {
    const x: Tensor4D = ones([1, 2, 2, 1]);
    const options = { stride: 1, padding: 1 };
    const corner = (more: object): number | undefined =>
      avgPool2d(x, 2, { ...options, ...more }).dataSync()[0];
    expect(corner({})).toBe(0.25);
    expect(corner({ countIncludePad: false })).toBe(1);
    expect(corner({ divisorOverride: 2 })).toBe(0.5);
  });

  test.each([
    [2, { padding: 2 }, "at most half the kernel"],
    [2, { divisorOverride: 0 }, "divisorOverride other than 0"],
    [2, { divisorOverride: Number.NaN }, "got NaN"],
  ])("rejects a kernel of %j with %j", (kernel, options, message) => {
    expect(() => new AvgPool2d(kernel, options)).toThrow(ArgumentError);
    expect(() => avgPool2d(ones([1, 4, 4, 1]), kernel, options)).toThrow(message);
  });

  test("averages", () => {
    expectClose(new AvgPool2d([1, 2]).forward(ones([1, 1, 2, 1])), [1]);
  });
});
