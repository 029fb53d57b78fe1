import { DataError } from "@kindling/core";
import type { HostArray } from "./host-array.ts";
import { ImageDataset, type ImageDatasetOptions } from "./image-dataset.ts";

/** The side of an image in pixels. */
const SIDE = 28;

/** The digits' names, as torchvision has them. */
export const MNIST_CLASSES: readonly string[] = [
  "0 - zero",
  "1 - one",
  "2 - two",
  "3 - three",
  "4 - four",
  "5 - five",
  "6 - six",
  "7 - seven",
  "8 - eight",
  "9 - nine",
];

/** What {@link Mnist} takes besides images and labels. */
export interface MnistDatasetOptions extends Omit<ImageDatasetOptions, "classes"> {
  /** What the ten labels mean. @defaultValue the digits */
  classes?: readonly string[];
}

/**
 * Grey images of 28 by 28 in ten classes: handwritten digits, or the datasets made in their image.
 *
 * The 47 MB of the training images are kept as the bytes they came in, once; a batch is
 * `[images, labels]`: `[n, 28, 28, 1]` in 0..1 and `[n]` int32. The loaders `mnist`, `fashionMnist` and
 * `kmnist` make these.
 *
 * @throws {DataError} when the images are not `[n, 28, 28]` of bytes, or the labels not `[n]` from 0 to 9.
 *
 * @example
 * ```ts
 * const images = { shape: [2, 28, 28], data: new Uint8Array(2 * 28 * 28) };
 * const digits = new Mnist(images, { shape: [2], data: Uint8Array.of(3, 7) });
 * digits.classes[digits.get(1).label]; // => "7 - seven"
 * digits.batch([0, 1])[0].shape; // => [2, 28, 28, 1]
 * ```
 */
export class Mnist extends ImageDataset {
  constructor(images: HostArray, labels: HostArray, options: MnistDatasetOptions = {}) {
    const { name = "Mnist", classes = MNIST_CLASSES } = options;
    const [, height, width] = images.shape;
    if (images.shape.length !== 3 || height !== SIDE || width !== SIDE) {
      throw new DataError(
        `${name}: expected images [n, ${SIDE}, ${SIDE}], got [${images.shape.join(", ")}]`,
      );
    }
    if (!(images.data instanceof Uint8Array)) {
      throw new DataError(`${name}: expected images of bytes, got ${images.data.constructor.name}`);
    }
    super(images, labels, { ...options, name, classes });
  }
}
