import type { ImageShape, ImageTransform } from "./image-transform.ts";

/**
 * Applies transforms one after the other.
 *
 * @example
 * ```ts
 * const augment = compose(randomCrop(28, { padding: 2 }), toTensor(), normalize(0.1307, 0.3081));
 * augment.draws; // => 2; the place of the piece
 * ```
 */
export function compose(...transforms: readonly ImageTransform[]): ImageTransform {
  return {
    draws: transforms.reduce((sum, { draws }) => sum + draws, 0),

    outputShape(input) {
      return transforms.reduce<ImageShape>(shapeAfter, input);
    },

    draw(generator, input) {
      let shape = input;
      return transforms.flatMap((transform) => {
        const drawn = transform.draw(generator, shape);
        shape = shapeAfter(shape, transform);
        return drawn;
      });
    },

    apply(images, drawn) {
      let start = 0;
      return transforms.reduce((batch, transform) => {
        const end = start + transform.draws;
        const own = drawn.map((numbers) => numbers.slice(start, end));
        start = end;
        return transform.apply(batch, own);
      }, images);
    },
  };
}

function shapeAfter(shape: ImageShape, transform: ImageTransform): ImageShape {
  return transform.outputShape?.(shape) ?? shape;
}
