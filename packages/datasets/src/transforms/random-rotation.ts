import { checkedRange } from "./checked-range.ts";
import type { ImageTransform } from "./image-transform.ts";
import { inverseAffine, warp } from "./warp.ts";

/** What {@link randomRotation} takes besides the angles. */
export interface RandomRotationOptions {
  /** The value of what turns in from outside, in the units of the data. @defaultValue `0` */
  fill?: number;
}

/**
 * Turns each image around its centre by a random angle, taking the nearest pixel.
 *
 * @param degrees - the largest angle to either side, or the range `[from, to]`; positive is
 *   counter-clockwise.
 * @throws {ArgumentError} when the range is not finite or runs backwards.
 *
 * @example
 * ```ts
 * randomRotation(10).draw(generator, [28, 28, 1]); // => [-0.075]; degrees
 * ```
 */
export function randomRotation(
  degrees: number | readonly [from: number, to: number],
  { fill = 0 }: RandomRotationOptions = {},
): ImageTransform {
  const [from, to] = checkedRange("randomRotation", "degrees", degrees);
  return {
    draws: 1,
    draw: (generator) => [generator.uniform(1, from, to)[0] as number],
    apply(images, drawn) {
      const matrices = drawn.map(([angle = 0]) =>
        inverseAffine({ angle: -angle, translate: [0, 0], scale: 1, shear: [0, 0] }),
      );
      return warp(images, matrices, fill);
    },
  };
}
