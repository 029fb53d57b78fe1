import { ArgumentError, ShapeError } from "@kindling/core";
import { arrayLike } from "../host-array.ts";
import { checkedCount } from "../samplers/checked-count.ts";
import type { ImageTransform } from "./image-transform.ts";

/** What {@link randomCrop} takes besides the size. */
export interface RandomCropOptions {
  /** Pixels added at each of the four sides first. @defaultValue `0` */
  padding?: number;
  /** The value of the added pixels, in the units of the data. @defaultValue `0` */
  fill?: number;
}

/**
 * Cuts a piece of the given size at a random place out of each image.
 *
 * @param size - of the piece in pixels: a side, or `[height, width]`.
 * @throws {ArgumentError} when a size is not a positive integer, or padding not an integer from 0.
 * @throws {ShapeError} from images that are smaller than the piece.
 *
 * @example
 * ```ts
 * const moved = randomCrop(28, { padding: 2 }); // a 28 by 28 image by up to 2 pixels
 * moved.draw(generator, [28, 28, 1]); // => [4, 4]; the piece's top and left edge
 * ```
 */
export function randomCrop(
  size: number | readonly [height: number, width: number],
  { padding = 0, fill = 0 }: RandomCropOptions = {},
): ImageTransform {
  const [height, width] = typeof size === "number" ? [size, size] : size;
  checkedCount("randomCrop", "the height", height);
  checkedCount("randomCrop", "the width", width);
  checkedCount("randomCrop", "padding", padding, 0);
  if (!Number.isFinite(fill)) {
    throw new ArgumentError(`randomCrop: expected fill to be finite, got ${fill}`);
  }

  return {
    draws: 2,
    outputShape: ([, , channels]) => [height, width, channels],

    draw(generator, input) {
      const rows = input[0] + 2 * padding - height + 1;
      const columns = input[1] + 2 * padding - width + 1;
      if (rows < 1 || columns < 1) {
        const smallest = `[n, ${height - 2 * padding} or more, ${width - 2 * padding} or more, c]`;
        throw new ShapeError("randomCrop", smallest, input);
      }
      // torchvision draws nothing when there is only one place.
      if (rows === 1 && columns === 1) return [0, 0];
      return [generator.integer(rows), generator.integer(columns)];
    },

    apply({ shape: [n, inputHeight, inputWidth, channels], data }, drawn) {
      const cropped = arrayLike(data, n * height * width * channels);
      if (fill !== 0) cropped.fill(fill);
      drawn.forEach(([row = 0, column = 0], image) => {
        const left = column - padding; // of the piece, in the image's own coordinates
        const from = Math.max(0, left);
        const to = Math.min(inputWidth, left + width);
        for (let y = 0; y < height && from < to; y++) {
          const sourceY = row - padding + y;
          if (sourceY < 0 || sourceY >= inputHeight) continue;
          const source = (image * inputHeight + sourceY) * inputWidth * channels;
          const target = ((image * height + y) * width - left) * channels;
          // A loop: `set` with a `subarray` costs more than the few pixels of a row.
          for (let x = from * channels; x < to * channels; x++) {
            cropped[target + x] = data[source + x] as number;
          }
        }
      });
      return { shape: [n, height, width, channels], data: cropped };
    },
  };
}
