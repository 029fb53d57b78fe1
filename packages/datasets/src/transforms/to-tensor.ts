import type { ImageTransform } from "./image-transform.ts";

// float32 division of each byte by 255, as torch's `div(255)` rounds it.
const SCALED: Float32Array = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/**
 * Scales bytes 0..255 to floats 0..1; floats stay as they are. What datasets do unless told otherwise.
 *
 * @example
 * ```ts
 * const images = { shape: [1, 1, 2, 1], data: Uint8Array.of(0, 255) } as const;
 * toTensor().apply(images, [[]]).data; // => Float32Array [0, 1]
 * ```
 */
export function toTensor(): ImageTransform {
  return {
    draws: 0,
    draw: () => [],
    apply({ shape, data }) {
      if (data instanceof Float32Array) return { shape, data };
      const scaled = new Float32Array(data.length);
      for (let i = 0; i < data.length; i++) scaled[i] = SCALED[data[i] as number] as number;
      return { shape, data: scaled };
    },
  };
}
