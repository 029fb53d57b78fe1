import { ArgumentError, type Generator } from "@kindling/core";
import type { ImageTransform } from "./image-transform.ts";

/** How many images {@link randomHorizontalFlip} and {@link randomVerticalFlip} mirror. */
export interface RandomFlipOptions {
  /** The share of images to flip, 0 to 1. @defaultValue `0.5` */
  p?: number;
}

/**
 * Mirrors some images left to right.
 *
 * @throws {ArgumentError} when `p` is not from 0 to 1.
 *
 * @example
 * ```ts
 * const images = { shape: [1, 1, 3, 1], data: Uint8Array.of(1, 2, 3) } as const;
 * randomHorizontalFlip({ p: 1 }).apply(images, [[1]]).data; // => Uint8Array [3, 2, 1]
 * ```
 */
export function randomHorizontalFlip({ p = 0.5 }: RandomFlipOptions = {}): ImageTransform {
  return randomFlip("randomHorizontalFlip", p, (image, [height, width, channels]) => {
    const row = width * channels;
    for (let y = 0; y < height; y++)
      reverseBlocks(image.subarray(y * row, (y + 1) * row), channels);
  });
}

/**
 * Mirrors some images top to bottom.
 *
 * @throws {ArgumentError} when `p` is not from 0 to 1.
 *
 * @example
 * ```ts
 * const images = { shape: [1, 3, 1, 1], data: Uint8Array.of(1, 2, 3) } as const;
 * randomVerticalFlip({ p: 1 }).apply(images, [[1]]).data; // => Uint8Array [3, 2, 1]
 * ```
 */
export function randomVerticalFlip({ p = 0.5 }: RandomFlipOptions = {}): ImageTransform {
  return randomFlip("randomVerticalFlip", p, (image, [, width, channels]) => {
    reverseBlocks(image, width * channels);
  });
}

type Flip = (image: Uint8Array | Float32Array, shape: readonly [number, number, number]) => void;

function randomFlip(where: string, p: number, flip: Flip): ImageTransform {
  if (!(p >= 0 && p <= 1)) {
    throw new ArgumentError(`${where}: expected p from 0 to 1, got ${p}`);
  }
  return {
    draws: 1,
    draw: (generator: Generator) => [(generator.uniform(1)[0] as number) < p ? 1 : 0],
    apply({ shape, data }, drawn) {
      const [, height, width, channels] = shape;
      const size = height * width * channels;
      drawn.forEach(([flipped], n) => {
        if (flipped) flip(data.subarray(n * size, (n + 1) * size), [height, width, channels]);
      });
      return { shape, data };
    },
  };
}

// Puts blocks of `size` values in reverse order; the values inside a block keep theirs.
function reverseBlocks(values: Uint8Array | Float32Array, size: number): void {
  for (let low = 0, high = values.length - size; low < high; low += size, high -= size) {
    for (let k = 0; k < size; k++) {
      const swapped = values[low + k] as number;
      values[low + k] = values[high + k] as number;
      values[high + k] = swapped;
    }
  }
}
