import type { Generator } from "@kindling/core";

/** Height, width and channels of an image. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** Images in ordinary memory, row-major: bytes 0..255, or floats. */
export interface ImageBatch {
  /** Images, rows, columns, channels. */
  readonly shape: readonly [n: number, height: number, width: number, channels: number];
  /** `[n × h × w × c]` values, row-major: bytes 0..255 or floats. */
  readonly data: Uint8Array | Float32Array;
}

/**
 * A step from a dataset's bytes to a batch tensor.
 *
 * It works on a whole batch in ordinary memory, before the one upload, so that no image is ever a tensor of
 * its own. What is random is drawn first, image by image and step by step: the order in which
 * torchvision's transforms draw, so that a seed augments alike.
 *
 * @example
 * ```ts
 * const invert: ImageTransform = {
 *   draws: 0,
 *   draw: () => [],
 *   apply: ({ shape, data }) => ({ shape, data: data.map((value) => 255 - value) }),
 * };
 * invert.apply({ shape: [1, 1, 2, 1], data: Uint8Array.of(0, 255) }, [[]]).data; // => Uint8Array [255, 0]
 * ```
 */
export interface ImageTransform {
  /** How many numbers `draw` returns: always the same. */
  readonly draws: number;
  /** The shape of an image after this step. Left out by a step that does not change it. */
  outputShape?(input: ImageShape): ImageShape;
  /** What is random about one image of this shape, as numbers. */
  draw(generator: Generator, input: ImageShape): readonly number[];
  /**
   * Makes the new batch. May write over the one given, which nobody else holds.
   *
   * @param drawn - what `draw` returned for each image.
   */
  apply(images: ImageBatch, drawn: readonly (readonly number[])[]): ImageBatch;
}

/** Runs a transform over a batch, which it may write over. */
export function transformImages(
  transform: ImageTransform,
  images: ImageBatch,
  generator: Generator,
): ImageBatch {
  const [n, ...shape] = images.shape;
  const drawn = Array.from({ length: n }, () => transform.draw(generator, shape));
  return transform.apply(images, drawn);
}
