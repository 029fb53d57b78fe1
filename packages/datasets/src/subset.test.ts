import { describeDataset } from "@kindling/testing";
import { describe, expect, test } from "vitest";
import { ArrayDataset } from "./array-dataset.ts";
import { ImageDataset } from "./image-dataset.ts";
import { Subset } from "./subset.ts";
import { TensorDataset } from "./tensor-dataset.ts";
import { toTensor } from "./transforms/to-tensor.ts";

const numbers = new TensorDataset(Int32Array.of(10, 11, 12, 13, 14));

describeDataset("Subset", {
  make: () => new Subset(numbers, [4, 0, 0, 2]),
  length: 4,
  fields: [{ shape: [], dtype: "int32" }],
});

describeDataset("Subset of a Subset of a dataset without batch", {
  make: () => {
    const pairs = new ArrayDataset([1, 2, 3, 4].map((i): [number] => [i + 0.5]));
    return new Subset(new Subset(pairs, [3, 2, 1]), [2, 1, 0]);
  },
  length: 3,
  fields: [{ shape: [], dtype: "float32" }],
});

describe("Subset", () => {
  test("refuses indices that the dataset does not have", () => {
    expect(() => new Subset(numbers, [0, 5])).toThrow(
      "Subset: expected an index from 0 to 4, got 5",
    );
    expect(() => new Subset(numbers, [0.5])).toThrow("got 0.5");
  });

  test("passes a transform on, or says that there is nothing to transform", () => {
    const images = { shape: [2, 1, 1], data: Uint8Array.of(1, 2) };
    const labels = { shape: [2], data: Uint8Array.of(0, 1) };
    const dataset = new ImageDataset(images, labels, { classes: ["a", "b"] });
    const subset = new Subset(dataset, [1]).withTransform(toTensor());
    expect(subset.dataset).not.toBe(dataset);
    expect(subset.get(0)).toEqual({ pixels: Uint8Array.of(2), label: 1 });
    expect(() => new Subset(numbers, [1]).withTransform(toTensor())).toThrow(
      "Subset: expected a dataset of images to transform, got TensorDataset",
    );
  });
});
