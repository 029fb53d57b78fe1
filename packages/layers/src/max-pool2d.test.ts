import { ArgumentError, ShapeError, valueAndGrad } from "@kindling/core";
import { describeModule, describeOnBackends, expectClose } from "@kindling/testing";
import { fill, type Scalar, sum, type Tensor4D, zeros } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { MaxPool2d, maxPool2d } from "./index.ts";

describeModule("MaxPool2d", {
  make: () => new MaxPool2d(2),
  input: [1, 4, 5, 2],
  output: [1, 2, 2, 2],
  prints: "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)",
  rejects: [[1, 1, 5, 2], [4, 5, 2], []],
});

describeModule("MaxPool2d, padded, dilated, rounding up", {
  make: () => new MaxPool2d([3, 2], { stride: 2, padding: 1, dilation: [1, 2], ceilMode: true }),
  input: [1, 4, 5, 2],
  output: [1, 3, 3, 2],
  prints: "MaxPool2d(kernel_size=(3, 2), stride=2, padding=1, dilation=(1, 2), ceil_mode=True)",
});

describeOnBackends("MaxPool2d", () => {
  test.each([
    [2, { padding: 2 }, "at most half the kernel, 1, got 2"],
    [0, {}, "kernelSize"],
    [2, { stride: 0 }, "stride"],
    [2, { dilation: 0 }, "dilation"],
    [[2, 0] as const, {}, "[2,0]"],
  ])("rejects a kernel of %j with %j", (kernel, options, message) => {
    expect(() => new MaxPool2d(kernel, options)).toThrow(ArgumentError);
    expect(() => new MaxPool2d(kernel, options)).toThrow(message);
  });

  test("is never won by its padding", () => {
    const x = fill([1, 2, 2, 1], -5) as Tensor4D;
    expectClose(maxPool2d(x, 2, { padding: 1 }), [-5, -5, -5, -5]);
    expectClose(maxPool2d(x, 3, { stride: 2, padding: 1, ceilMode: true }), [-5, -5, -5, -5]);
  });

  test("gives the gradient to the first of equal values", () => {
    const x = fill([1, 3, 3, 1], -1) as Tensor4D;
    for (const options of [{}, { dilation: 2 }, { ceilMode: true }]) {
      const f = (): Scalar => sum(maxPool2d(x, 2, options));
      const [gradient] = valueAndGrad(f, [x]).gradients;
      expect(gradient?.dataSync()[0]).toBe(1);
    }
  });

  test("names the window that an image is too small for", () => {
    const f = (): Tensor4D => maxPool2d(zeros([1, 2, 4, 1]), 3);
    expect(f).toThrow(ShapeError);
    expect(f).toThrow("at least 3 pixels for its kernel of 3, got [1, 2, 4, 1]");
  });
});
