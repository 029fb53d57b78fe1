import { ArgumentError, ShapeError } from "@kindling/core";
import { describeModule, describeOnBackends, expectClose } from "@kindling/testing";
import { tensor2d, zeros } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { LayerNorm, layerNorm } from "./index.ts";

describeModule("LayerNorm", {
  make: () => new LayerNorm(4),
  input: [2, 3, 4],
  output: [2, 3, 4],
  prints: "LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=True)",
  rejects: [[2, 3], [4, 3], []],
});

describeModule("LayerNorm over two axes, without bias", {
  make: () => new LayerNorm([3, 4], { bias: false, eps: 0.1 }),
  input: [2, 3, 4],
  output: [2, 3, 4],
  prints: "LayerNorm((3, 4), eps=0.1, elementwise_affine=True, bias=False)",
  rejects: [[2, 4, 3], [4]],
});

describeOnBackends("LayerNorm", () => {
  test("standardises each row by itself", () => {
    const y = layerNorm(tensor2d([1, 3, 10, 30], [2, 2]), [2], { eps: 0 });
    expectClose(y, [-1, 1, -1, 1]);
  });

  test("rejects sizes that are none", () => {
    expect(() => new LayerNorm([2, 0])).toThrow(ArgumentError);
    expect(() => layerNorm(zeros([2]), [2, 2])).toThrow(ShapeError);
  });
});
