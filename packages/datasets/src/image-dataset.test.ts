import { DataError, Generator } from "@kindling/core";
import { describeDataset, describeOnBackends, values } from "@kindling/testing";
import { dispose } from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import type { HostArray } from "./host-array.ts";
import { ImageDataset, type ImageDatasetOptions } from "./image-dataset.ts";
import { randomHorizontalFlip } from "./transforms/random-flip.ts";

const CLASSES = ["a", "b"];
const bytes = (n: number): Uint8Array => Uint8Array.from({ length: n * 6 }, (_, i) => i * 10);
const labels = (...data: number[]): HostArray => ({
  shape: [data.length],
  data: Uint8Array.from(data),
});
const make = (options: Partial<ImageDatasetOptions> = {}): ImageDataset =>
  new ImageDataset({ shape: [3, 2, 3], data: bytes(3) }, labels(1, 0, 1), {
    classes: CLASSES,
    ...options,
  });

describeDataset("ImageDataset of bytes", {
  make,
  length: 3,
  fields: [
    { shape: [2, 3, 1], dtype: "float32" },
    { shape: [], dtype: "int32" },
  ],
});

describeDataset("ImageDataset of floats in colour", {
  make: () =>
    new ImageDataset(
      { shape: [4, 1, 2, 3], data: Float32Array.from(bytes(4)) },
      labels(0, 1, 1, 0),
      {
        classes: CLASSES,
      },
    ),
  length: 4,
  fields: [
    { shape: [1, 2, 3], dtype: "float32" },
    { shape: [], dtype: "int32" },
  ],
});

describeOnBackends("ImageDataset", () => {
  test("scales bytes to 0..1, and leaves floats as they are", () => {
    const [images, classes] = make().batch([1]);
    expect(values(images)).toEqual([60, 70, 80, 90, 100, 110].map((b) => Math.fround(b / 255)));
    expect(values(classes)).toEqual([0]);
    dispose([images, classes]);

    const floats = { shape: [1, 1, 2], data: Float32Array.of(3, -7) };
    const batch = new ImageDataset(floats, labels(0), { classes: CLASSES }).batch([0]);
    expect(values(batch[0])).toEqual([3, -7]);
    dispose(batch);
  });

  test("transforms what it gathers, never what it keeps", () => {
    const dataset = make({
      transform: randomHorizontalFlip({ p: 1 }),
      generator: new Generator(0),
    });
    for (let again = 0; again < 2; again++) {
      const batch = dataset.batch([0]);
      expect(values(batch[0])).toEqual([20, 10, 0, 50, 40, 30].map((b) => Math.fround(b / 255)));
      dispose(batch);
    }
    expect(dataset.image(0)).toEqual(bytes(1));
  });

  test("withTransform shares the images and leaves the first dataset as it was", () => {
    const plain = make();
    const flipped = plain.withTransform(randomHorizontalFlip({ p: 1 }));
    expect(flipped.image(2).buffer).toBe(plain.image(2).buffer);
    const batches = [plain.batch([0]), flipped.batch([0])];
    expect(batches.map(([images]) => values(images)[0])).toEqual([0, Math.fround(20 / 255)]);
    dispose(batches);
  });
});

describe("ImageDataset's checks", () => {
  const pixels = { shape: [2, 1, 2], data: Uint8Array.of(1, 2, 3, 4) };
  const floats = (...data: number[]): HostArray => ({
    shape: [2, 1, 2],
    data: Float32Array.from(data),
  });
  const cases: [string, HostArray, HostArray, string][] = [
    [
      "fewer labels than images",
      pixels,
      labels(0),
      "expected 2 labels of shape [2], one an image, got [1] with 1 values",
    ],
    ["a label out of range", pixels, labels(0, 2), "expected labels from 0 to 1, got 2 at 1"],
    [
      "a label that is not whole",
      pixels,
      { shape: [2], data: Float32Array.of(0.5, 1) },
      "expected labels from 0 to 1, got 0.5 at 0",
    ],
    [
      "NaN pixels",
      floats(0, 1, 2, Number.NaN),
      labels(0, 1),
      "expected finite pixels, got NaN in image 1 at 1",
    ],
    [
      "infinite pixels",
      floats(0, Number.NEGATIVE_INFINITY, 2, 3),
      labels(0, 1),
      "got -Infinity in image 0 at 1",
    ],
    [
      "images without width",
      { shape: [2, 2], data: pixels.data },
      labels(0, 1),
      "expected images of shape [n, h, w] or [n, h, w, c], got [2, 2] with 4 values",
    ],
    [
      "too few pixels",
      { shape: [2, 2, 2], data: pixels.data },
      labels(0, 1),
      "got [2, 2, 2] with 4 values",
    ],
    [
      "images of another type",
      { shape: [2, 1, 2], data: Int32Array.from(pixels.data) },
      labels(0, 1),
      "expected images of bytes or float32, got Int32Array",
    ],
  ];
  test.each(cases)("name %s", (_, images, classes, message) => {
    const work = (): unknown => new ImageDataset(images, classes, { classes: CLASSES });
    expect(work).toThrow(DataError);
    expect(work).toThrow(message);
  });
});
