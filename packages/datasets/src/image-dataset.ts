import {
  DataError,
  defaultGenerator,
  FUSED,
  type GatherBytesAttributes,
  type Generator,
  hasFusedKernel,
} from "@kindling/core";
import {
  engine,
  type NamedAttrMap,
  type Tensor1D,
  type Tensor4D,
  tensor1d,
  tensor4d,
} from "@tensorflow/tfjs-core";
import type { Dataset } from "./dataset.ts";
import { arrayLike, type HostArray, sizeOf } from "./host-array.ts";
import { checkedIndex, type Indices } from "./indices.ts";
import { compose } from "./transforms/compose.ts";
import {
  type ImageBatch,
  type ImageShape,
  type ImageTransform,
  transformImages,
} from "./transforms/image-transform.ts";
import { toTensor } from "./transforms/to-tensor.ts";

/** An image as it is kept, and its class. */
export interface ImageSample {
  /** `[height × width × channels]`, row-major: bytes 0..255 or floats. A view: do not write to it. */
  readonly pixels: Uint8Array | Float32Array;
  /** 0 to classes − 1. */
  readonly label: number;
}

/** Images `[n, h, w, c]`, bytes scaled to 0..1; labels `[n]`, int32 class indices. */
export type LabelledBatch = [images: Tensor4D, labels: Tensor1D];

/** What an {@link ImageDataset} takes besides images and labels. */
export interface ImageDatasetOptions {
  /** The classes' names; a label is a position in this list. */
  classes: readonly string[];
  /** Applied to the images of a batch. Bytes that come out of it are scaled to 0..1. @defaultValue `toTensor()` */
  transform?: ImageTransform;
  /** Where random transforms draw from. @defaultValue `defaultGenerator` */
  generator?: Generator;
  /** Who is speaking in errors. @defaultValue `"ImageDataset"` */
  name?: string;
}

/**
 * Images with class labels, kept as they come: bytes stay bytes until a batch is made.
 *
 * @throws {DataError} when the counts differ, a shape is not `[n, h, w]` or `[n, h, w, c]`, values do not
 *   fill it, a label is not one of the classes, or a float pixel is not finite.
 *
 * @example
 * ```ts
 * const images = { shape: [2, 1, 1], data: Uint8Array.of(0, 255) };
 * const labels = { shape: [2], data: Uint8Array.of(1, 0) };
 * const dataset = new ImageDataset(images, labels, { classes: ["bright", "dark"] });
 * const [x, y] = dataset.batch([1]);
 * x; // => [[[[1]]]]
 * y; // => [0]
 * ```
 */
export class ImageDataset implements Dataset<ImageSample, LabelledBatch> {
  readonly length: number;
  /** `[height, width, channels]` of an image as it is kept. */
  readonly imageShape: ImageShape;
  /** The classes' names; a label is a position in this list. */
  readonly classes: readonly string[];
  readonly #name: string;
  readonly #images: HostArray;
  readonly #labels: HostArray;
  readonly #pixels: Uint8Array | Float32Array;
  readonly #options: ImageDatasetOptions;
  readonly #transform: ImageTransform;

  constructor(images: HostArray, labels: HostArray, options: ImageDatasetOptions) {
    const name = options.name ?? "ImageDataset";
    const [count = 0, height = 0, width = 0, channels = 1] = images.shape;
    const pixels = images.data;
    if (
      images.shape.length < 3 ||
      images.shape.length > 4 ||
      sizeOf(images.shape) !== pixels.length
    ) {
      throw new DataError(
        `${name}: expected images of shape [n, h, w] or [n, h, w, c], ` +
          `got [${images.shape.join(", ")}] with ${pixels.length} values`,
      );
    }
    if (!(pixels instanceof Uint8Array || pixels instanceof Float32Array)) {
      throw new DataError(
        `${name}: expected images of bytes or float32, got ${pixels.constructor.name}`,
      );
    }
    checkLabels(name, labels, count, options.classes.length);
    if (pixels instanceof Float32Array) checkFinite(name, pixels, height * width * channels);
    this.length = count;
    this.imageShape = [height, width, channels];
    this.classes = options.classes;
    this.#name = name;
    this.#images = images;
    this.#labels = labels;
    this.#pixels = pixels;
    this.#options = options;
    this.#transform = options.transform ? compose(options.transform, toTensor()) : toTensor();
  }

  /** The image and label as they are kept. @throws {ArgumentError} when there is no such index. */
  get(index: number): ImageSample {
    return { pixels: this.image(index), label: this.#labels.data[index] as number };
  }

  /** An image's pixels, for showing: a view, not to be written to. @throws {ArgumentError} when there is no such index. */
  image(index: number): Uint8Array | Float32Array {
    const size = sizeOf(this.imageShape);
    const start = checkedIndex(`${this.#name}.get`, index, this.length) * size;
    return this.#pixels.subarray(start, start + size);
  }

  /** Gathers, transforms and uploads. The caller disposes both. @throws {ArgumentError} when there is no such index. */
  batch(indices: Indices): LabelledBatch {
    const rows = Int32Array.from(indices, (index) =>
      checkedIndex(`${this.#name}.batch`, index, this.length),
    );
    const images = this.#imagesOnDevice(rows);
    const labels = rows.map((row) => this.#labels.data[row] as number);
    return [images, tensor1d(labels, "int32")];
  }

  /** The same images, which are shared, with another transform. */
  withTransform(transform: ImageTransform): ImageDataset {
    return new ImageDataset(this.#images, this.#labels, { ...this.#options, transform });
  }

  #imagesOnDevice(rows: Int32Array): Tensor4D {
    const width = sizeOf(this.imageShape);
    const { transform, generator = defaultGenerator } = this.#options;
    if (this.#pixels instanceof Uint8Array && !transform && hasFusedKernel(FUSED.gatherBytes)) {
      const shape = [rows.length, ...this.imageShape];
      const attributes: GatherBytesAttributes = {
        ...{ bytes: this.#pixels, width, indices: rows, shape },
        divisor: 255,
      };
      return engine().runKernel(FUSED.gatherBytes, {}, { ...attributes } as object as NamedAttrMap);
    }
    const data = arrayLike(this.#pixels, rows.length * width);
    rows.forEach((row, i) => {
      data.set(this.#pixels.subarray(row * width, (row + 1) * width), i * width);
    });
    const batch: ImageBatch = { shape: [rows.length, ...this.imageShape], data };
    const { shape, data: values } = transformImages(this.#transform, batch, generator);
    return tensor4d(values, [...shape], "float32");
  }
}

function checkLabels(name: string, labels: HostArray, count: number, classes: number): void {
  if (labels.shape.length !== 1 || labels.shape[0] !== count || labels.data.length !== count) {
    throw new DataError(
      `${name}: expected ${count} labels of shape [${count}], one an image, ` +
        `got [${labels.shape.join(", ")}] with ${labels.data.length} values`,
    );
  }
  const wrong = labels.data.findIndex(
    (label) => !(Number.isInteger(label) && label >= 0 && label < classes),
  );
  if (wrong >= 0) {
    throw new DataError(
      `${name}: expected labels from 0 to ${classes - 1}, got ${labels.data[wrong]} at ${wrong}`,
    );
  }
}

function checkFinite(name: string, pixels: Float32Array, size: number): void {
  const wrong = pixels.findIndex((pixel) => !Number.isFinite(pixel));
  if (wrong >= 0) {
    throw new DataError(
      `${name}: expected finite pixels, got ${pixels[wrong]} in image ${Math.floor(wrong / size)} ` +
        `at ${wrong % size}`,
    );
  }
}
