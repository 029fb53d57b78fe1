import { DataError } from "@kindling/core";
import { describeDataset } from "@kindling/testing";
import { describe, expect, test } from "vitest";
import { Mnist } from "./mnist.ts";

const images = (n: number): Uint8Array => Uint8Array.from({ length: n * 784 }, (_, i) => i % 251);
const labels = Uint8Array.of(5, 0, 4);

describeDataset("Mnist", {
  make: () => new Mnist({ shape: [3, 28, 28], data: images(3) }, { shape: [3], data: labels }),
  length: 3,
  fields: [
    { shape: [28, 28, 1], dtype: "float32" },
    { shape: [], dtype: "int32" },
  ],
});

describe("Mnist", () => {
  test("gives the bytes of an image without copying them", () => {
    const data = images(3);
    const dataset = new Mnist({ shape: [3, 28, 28], data }, { shape: [3], data: labels });
    expect(dataset.image(1).buffer).toBe(data.buffer);
    expect(dataset.image(1)).toEqual(data.subarray(784, 1568));
    expect(dataset.get(2)).toEqual({ pixels: data.subarray(1568), label: 4 });
    expect(dataset.classes[4]).toBe("4 - four");
  });

  test("refuses images of another size or type", () => {
    const make = (shape: number[], data: Uint8Array | Float32Array) => () =>
      new Mnist({ shape, data }, { shape: [3], data: labels });
    expect(make([3, 28, 27], images(3))).toThrow(DataError);
    expect(make([3, 28, 27], images(3))).toThrow(
      "Mnist: expected images [n, 28, 28], got [3, 28, 27]",
    );
    expect(make([3, 784], images(3))).toThrow("got [3, 784]");
    expect(make([3, 28, 28], Float32Array.from(images(3)))).toThrow(
      "Mnist: expected images of bytes, got Float32Array",
    );
  });

  test("names the label that is not a digit", () => {
    const make = (): unknown =>
      new Mnist(
        { shape: [3, 28, 28], data: images(3) },
        { shape: [3], data: Uint8Array.of(1, 10, 2) },
      );
    expect(make).toThrow("Mnist: expected labels from 0 to 9, got 10 at 1");
  });
});
