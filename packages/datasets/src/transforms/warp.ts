import { arrayLike } from "../host-array.ts";
import type { ImageBatch } from "./image-transform.ts";

/** An affine map around the image's centre, from output to input pixels: `[a, b, c, d, e, f]`. */
export type AffineMatrix = readonly [number, number, number, number, number, number];

export interface AffineMap {
  /** Degrees, clockwise on the screen. */
  readonly angle: number;
  /** Pixels to the right and down. */
  readonly translate: readonly [x: number, y: number];
  readonly scale: number;
  /** Degrees. */
  readonly shear: readonly [x: number, y: number];
}

/** torchvision's `_get_inverse_affine_matrix` for a map around the centre. */
export function inverseAffine({ angle, translate, scale, shear }: AffineMap): AffineMatrix {
  const [rotation, sx, sy] = [angle, ...shear].map((degrees) => (degrees * Math.PI) / 180) as [
    number,
    number,
    number,
  ];
  const [tx, ty] = translate;
  const a = Math.cos(rotation - sy) / Math.cos(sy);
  const b = (-Math.cos(rotation - sy) * Math.tan(sx)) / Math.cos(sy) - Math.sin(rotation);
  const c = Math.sin(rotation - sy) / Math.cos(sy);
  const d = (-Math.sin(rotation - sy) * Math.tan(sx)) / Math.cos(sy) + Math.cos(rotation);
  const [m0, m1, m3, m4] = [d / scale, -b / scale, -c / scale, a / scale] as const;
  return [m0, m1, m0 * -tx + m1 * -ty, m3, m4, m3 * -tx + m4 * -ty];
}

/**
 * Moves each image by its own map, taking the nearest pixel; what comes from outside is `fill`.
 *
 * In float32 and in the order of torchvision's grid and torch's `grid_sample`, so that the same pixel is
 * nearest.
 */
export function warp(
  { shape, data }: ImageBatch,
  matrices: readonly AffineMatrix[],
  fill: number,
): ImageBatch {
  const { fround } = Math;
  const [, height, width, channels] = shape;
  const warped = arrayLike(data, data.length);
  const halfWidth = 0.5 * width;
  const halfHeight = 0.5 * height;
  matrices.forEach((matrix, image) => {
    const [a, b, c] = matrix.slice(0, 3).map((v) => fround(fround(v) / halfWidth)) as Row;
    const [d, e, f] = matrix.slice(3).map((v) => fround(fround(v) / halfHeight)) as Row;
    const base = image * height * width;
    for (let row = 0; row < height; row++) {
      const y = row + 0.5 - halfHeight;
      for (let column = 0; column < width; column++) {
        const x = column + 0.5 - halfWidth;
        const gridX = fround(fround(fround(x * a) + fround(y * b)) + c);
        const gridY = fround(fround(fround(x * d) + fround(y * e)) + f);
        const fromX = roundHalfToEven(fround(fround(fround(gridX + 1) * width - 1) / 2));
        const fromY = roundHalfToEven(fround(fround(fround(gridY + 1) * height - 1) / 2));
        const inside = fromX >= 0 && fromX < width && fromY >= 0 && fromY < height;
        const target = (base + row * width + column) * channels;
        const source = (base + fromY * width + fromX) * channels;
        for (let k = 0; k < channels; k++) {
          warped[target + k] = inside ? (data[source + k] as number) : fill;
        }
      }
    }
  });
  return { shape, data: warped };
}

type Row = [number, number, number];

/** Rounds as C's `nearbyint` and Python's `round` do. */
export function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
