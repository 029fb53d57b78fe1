import { ArgumentError, ShapeError } from "@kindling/core";
import type { ImageTransform } from "./image-transform.ts";

/**
 * Subtracts a mean and divides by a standard deviation: one for all channels, or one a channel.
 *
 * For floats, so it comes after `toTensor()`.
 *
 * @throws {ArgumentError} when a value is not finite, a deviation is 0, or the lists differ in length.
 * @throws {ShapeError} from a batch that has another number of channels.
 * @throws {ArgumentError} from a batch of bytes.
 *
 * @example
 * ```ts
 * const mnistStandard = compose(toTensor(), normalize(0.1307, 0.3081));
 * const images = { shape: [1, 1, 2, 1], data: Uint8Array.of(0, 255) } as const;
 * mnistStandard.apply(images, [[]]).data; // => Float32Array [-0.4242, 2.8215]
 * ```
 */
export function normalize(
  mean: number | readonly number[],
  std: number | readonly number[],
): ImageTransform {
  // float32 as in torch, which converts the lists to the image's type before it computes.
  const means = Float32Array.from(typeof mean === "number" ? [mean] : mean);
  const deviations = Float32Array.from(typeof std === "number" ? [std] : std);
  const usable =
    means.every(Number.isFinite) && deviations.every((d) => Number.isFinite(d) && d !== 0);
  if (means.length === 0 || means.length !== deviations.length || !usable) {
    throw new ArgumentError(
      "normalize: expected as many finite means as finite deviations that are not 0, " +
        `got means [${means.join(", ")}] and deviations [${deviations.join(", ")}]`,
    );
  }

  return {
    draws: 0,
    draw: () => [],
    apply({ shape, data }) {
      const channels = means.length;
      if (!(data instanceof Float32Array)) {
        throw new ArgumentError("normalize: expected floats, got bytes; put toTensor() before it");
      }
      if (channels !== 1 && channels !== shape[3]) {
        throw new ShapeError("normalize", `[n, h, w, ${channels}]`, shape);
      }
      for (let pixel = 0; pixel < data.length; pixel += channels) {
        for (let k = 0; k < channels; k++) {
          const centred = Math.fround((data[pixel + k] as number) - (means[k] as number));
          data[pixel + k] = centred / (deviations[k] as number);
        }
      }
      return { shape, data };
    },
  };
}
