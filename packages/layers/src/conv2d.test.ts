import { ArgumentError, ShapeError } from "@kindling/core";
import { describeModule, describeOnBackends, expectClose } from "@kindling/testing";
import { ones, type Tensor4D, zeros } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { Conv2d, conv2d } from "./index.ts";

describeModule("Conv2d", {
  make: () => new Conv2d(2, 3, { kernelSize: 3, padding: 1 }),
  input: [1, 4, 4, 2],
  output: [1, 4, 4, 3],
  prints: "Conv2d(2, 3, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))",
  rejects: [[1, 4, 4, 3], [4, 4, 2], [1, 2, 4, 4], []],
});

describeModule("Conv2d, grouped and strided", {
  make: () => new Conv2d(4, 2, { kernelSize: 2, stride: 2, groups: 2 }),
  input: [1, 4, 3, 4],
  output: [1, 2, 1, 2],
  prints: "Conv2d(4, 2, kernel_size=(2, 2), stride=(2, 2), groups=2)",
  rejects: [[1, 1, 3, 4]],
});

describeModule("Conv2d, strided and dilated", {
  make: () => new Conv2d(2, 2, { kernelSize: 2, stride: 2, dilation: 2, bias: false }),
  input: [1, 5, 5, 2],
  output: [1, 2, 2, 2],
  prints: "Conv2d(2, 2, kernel_size=(2, 2), stride=(2, 2), dilation=(2, 2), bias=False)",
  rejects: [[1, 2, 5, 2]],
});

describeModule("Conv2d with circular padding", {
  make: () => new Conv2d(1, 1, { kernelSize: 3, padding: [2, 1], paddingMode: "circular" }),
  input: [1, 4, 4, 1],
  output: [1, 6, 4, 1],
  prints: "Conv2d(1, 1, kernel_size=(3, 3), stride=(1, 1), padding=(2, 1), padding_mode=circular)",
});

describeOnBackends("Conv2d", () => {
  const image = (...shape: [number, number, number, number]): Tensor4D => zeros(shape);

  test("names the channels it wants, and the transpose that an image of torch's needs", () => {
    const layer = new Conv2d(8, 1, { kernelSize: 3 });
    expect(() => layer.forward(image(64, 28, 28, 3))).toThrow(
      "Conv2d: expected input of shape [n, h, w, 8], got [64, 28, 28, 3]",
    );
    expect(() => layer.forward(image(2, 8, 28, 28))).toThrow("channels come last");
  });

  test("rejects an image smaller than its padded window", () => {
    const layer = new Conv2d(1, 1, { kernelSize: [3, 5], padding: [0, 1] });
    expect(layer.forward(image(1, 3, 3, 1)).shape).toEqual([1, 1, 1, 1]);
    expect(() => layer.forward(image(1, 2, 3, 1))).toThrow("h ≥ 3, w ≥ 3");
    expect(() => layer.forward(image(1, 3, 2, 1))).toThrow(ShapeError);
  });

  test("rejects a reflection wider than the image", () => {
    const layer = new Conv2d(1, 1, { kernelSize: 3, padding: 2, paddingMode: "reflect" });
    expect(() => layer.forward(image(1, 2, 2, 1))).toThrow("at most 1, got 2");
  });

  test("saves its weight in torch's layout", async () => {
    const layer = new Conv2d(4, 6, { kernelSize: [3, 2], groups: 2 });
    expect(layer.weight.shape).toEqual([3, 2, 2, 6]);
    const { weight } = await layer.stateDict();
    expect(weight?.shape).toEqual([6, 2, 3, 2]);
    // [o, i, y, x] there is [y, x, i, o] here.
    const at = (o: number, i: number, y: number, x: number): number | undefined =>
      weight?.data[((o * 2 + i) * 3 + y) * 2 + x];
    expect(at(5, 1, 2, 0)).toBe((layer.weight.arraySync() as number[][][][])[2]?.[0]?.[1]?.[5]);
  });

  test.each([
    [{ kernelSize: 0 }, "kernelSize"],
    [{ kernelSize: [3, 1.5] as const }, "[3,1.5]"],
    [{ kernelSize: 3, stride: 0 }, "stride"],
    [{ kernelSize: 3, padding: -1 }, "padding"],
    [{ kernelSize: 3, dilation: 0 }, "dilation"],
    [{ kernelSize: 3, groups: 3 }, "divide 4 input and 6 output channels, got 3"],
    [{ kernelSize: 3, groups: 0 }, "groups"],
    [{ kernelSize: 3, padding: "same", stride: 2 } as const, 'stride 1 with padding "same"'],
    [{ kernelSize: 3, padding: "full" as "same" }, 'got "full"'],
    [{ kernelSize: 3, paddingMode: "mirror" as "reflect" }, "got mirror"],
  ])("rejects %j", (options, message) => {
    const make = (): Conv2d => new Conv2d(4, 6, options);
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
  });
});

describeOnBackends("conv2d", () => {
  test("adds up a window", () => {
    const y = conv2d(ones([1, 3, 3, 2]), ones([2, 2, 2, 1]));
    expect(y.shape).toEqual([1, 2, 2, 1]);
    expectClose(y, [8, 8, 8, 8]);
  });

  test("rejects groups that do not divide the output channels", () => {
    expect(() => conv2d(ones([1, 3, 3, 4]), ones([2, 2, 2, 3]), { groups: 2 })).toThrow(
      "divide 3 output channels, got 2",
    );
  });
});
