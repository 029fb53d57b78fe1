import { ArgumentError } from "@kindling/core";
import { describeModule, describeOnBackends } from "@kindling/testing";
import { tensor2d, zeros } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { Embedding } from "./index.ts";

describeModule("Embedding", {
  make: () => new Embedding(5, 3),
  input: () => [tensor2d([1, 4, 1, 0], [2, 2], "int32")],
  output: [2, 2, 3],
  prints: "Embedding(5, 3)",
});

describeOnBackends("Embedding", () => {
  test("Embedding takes int32 indices and positive sizes only", () => {
    expect(() => new Embedding(5, 3).forward(zeros([2]))).toThrow("dtype int32, got float32");
    expect(() => new Embedding(0, 3)).toThrow(ArgumentError);
  });
});
