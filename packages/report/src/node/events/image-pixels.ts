import { ArgumentError } from "@kindling/core";
import { encode } from "fast-png";
import type { EncodedImage } from "./protos.ts";

/** The order of an image's axes: height, width, channels. */
export type Dataformats = "HWC" | "CHW" | "HW";

/** An image in ordinary memory. */
export interface HostImage {
  /** In the order that `dataformats` names: `[h, w, c]` by default. */
  readonly shape: readonly number[];
  /** Integers are 0..255; floats are 0..1. What lies outside is clipped. */
  readonly data: Float32Array | Float64Array | Uint8Array | Uint8ClampedArray | Int32Array;
}

/** @throws {ArgumentError} when the shape does not fit the formats, the data or 1, 3 or 4 channels. */
export function encodeImage({ shape, data }: HostImage, dataformats: Dataformats): EncodedImage {
  const size = (axis: string): number => {
    const index = dataformats.indexOf(axis);
    return index < 0 ? 1 : (shape[index] ?? Number.NaN);
  };
  const [height, width, channels] = [size("H"), size("W"), size("C")];
  const fits =
    shape.length === dataformats.length &&
    [1, 3, 4].includes(channels) &&
    height * width > 0 &&
    data.length === height * width * channels;
  if (!fits) {
    throw new ArgumentError(
      `addImage: expected ${dataformats} with 1, 3 or 4 channels, got [${shape.join(", ")}] ` +
        `of ${data.length} values; name the axes with dataformats: "HWC", "CHW" or "HW"`,
    );
  }
  const scale = data instanceof Float32Array || data instanceof Float64Array ? 255 : 1;
  // Rounds down, as numpy's astype does in torch, and NaN becomes 0.
  const byte = (value: number): number => Math.min(Math.max(value * scale, 0), 255);
  const pixels = new Uint8Array(data.length);
  const [pixelStride, channelStride] = dataformats === "CHW" ? [1, height * width] : [channels, 1];
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let channel = 0; channel < channels; channel++) {
      const value = data[pixel * pixelStride + channel * channelStride] as number;
      pixels[pixel * channels + channel] = byte(value);
    }
  }
  const png = encode({ width, height, data: pixels, channels, depth: 8 });
  return { width, height, channels, png };
}
