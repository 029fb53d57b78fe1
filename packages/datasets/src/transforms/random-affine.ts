import { ArgumentError, type Generator } from "@kindling/core";
import { checkedRange } from "./checked-range.ts";
import type { ImageTransform } from "./image-transform.ts";
import { inverseAffine, roundHalfToEven, warp } from "./warp.ts";

/** What {@link randomAffine} takes besides the angles. */
export interface RandomAffineOptions {
  /** The largest move to either side, as fractions of the width and height. @defaultValue none */
  translate?: readonly [x: number, y: number];
  /** The range of the factor, above 0. @defaultValue none */
  scale?: readonly [from: number, to: number];
  /** The largest horizontal shear to either side in degrees, or its range. @defaultValue none */
  shear?: number | readonly [from: number, to: number];
  /** The value of what comes in from outside, in the units of the data. @defaultValue `0` */
  fill?: number;
}

/**
 * Turns, moves, scales and shears each image at random around its centre, taking the nearest pixel.
 *
 * @param degrees - the largest angle to either side, or the range `[from, to]`; positive is clockwise, as
 *   in torchvision, whose two transforms turn in opposite directions.
 * @throws {ArgumentError} when a range is not finite, runs backwards or leaves its bounds.
 *
 * @example
 * ```ts
 * const augment = randomAffine(10, { translate: [0.1, 0.1], scale: [0.9, 1.1] });
 * augment.draw(generator, [28, 28, 1]); // => [-0.075, 2, -2, 0.926, 0]; degrees, pixels right and down, factor, shear
 * ```
 */
export function randomAffine(
  degrees: number | readonly [from: number, to: number],
  { translate, scale, shear, fill = 0 }: RandomAffineOptions = {},
): ImageTransform {
  const where = "randomAffine";
  const angles = checkedRange(where, "degrees", degrees);
  const scales = scale && checkedRange(where, "scale", scale);
  const shears = shear === undefined ? undefined : checkedRange(where, "shear", shear);
  if (scales && !(scales[0] > 0)) {
    throw new ArgumentError(`${where}: expected scale above 0, got [${scales.join(", ")}]`);
  }
  if (translate?.some((fraction) => !(fraction >= 0 && fraction <= 1))) {
    throw new ArgumentError(
      `${where}: expected translate from 0 to 1, got [${translate.join(", ")}]`,
    );
  }

  return {
    draws: 5,

    draw(generator, [height, width]) {
      const angle = one(generator, angles);
      const [dx, dy] = translate ? [translate[0] * width, translate[1] * height] : [0, 0];
      const x = translate ? roundHalfToEven(one(generator, [-dx, dx])) : 0;
      const y = translate ? roundHalfToEven(one(generator, [-dy, dy])) : 0;
      const factor = scales ? one(generator, scales) : 1;
      return [angle, x, y, factor, shears ? one(generator, shears) : 0];
    },

    apply(images, drawn) {
      const matrices = drawn.map(([angle = 0, x = 0, y = 0, factor = 1, shearX = 0]) =>
        inverseAffine({ angle, translate: [x, y], scale: factor, shear: [shearX, 0] }),
      );
      return warp(images, matrices, fill);
    },
  };
}

function one(generator: Generator, [from, to]: readonly [number, number]): number {
  return generator.uniform(1, from, to)[0] as number;
}
