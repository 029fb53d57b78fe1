import { ArgumentError } from "@kindling/core";
import { encode } from "fast-png";
import { type Html, html } from "./escape.ts";

/** A picture, and what the model made of it. */
export interface Sample {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** `[h, w, c]`; bytes are 0..255, floats 0..1. Grey, RGB or RGBA, by their number. */
  readonly pixels: Uint8Array | Uint8ClampedArray | Float32Array;
  /** The true class. @defaultValue none */
  readonly label?: string | number;
  /** The model's answer; marked as wrong when it is another than the label. @defaultValue none */
  readonly predicted?: string | number;
}

/** @throws {ArgumentError} when a picture's size does not fit its pixels. */
export function sampleList(samples: readonly Sample[]): Html {
  const items = samples.map((sample) => {
    const { label, predicted } = sample;
    const isWrong = label !== undefined && predicted !== undefined && label !== predicted;
    const title = [
      ...(label === undefined ? [] : [`label ${label}`]),
      ...(predicted === undefined ? [] : [`predicted ${predicted}`]),
    ].join(", ");
    return html`<li class="${isWrong ? "wrong" : "right"}"><img alt="${title}" src="${dataUrl(sample)}">${title}</li>\n`;
  });
  return html`<ul class="samples">${items}</ul>`;
}

function dataUrl({ width, height, pixels }: Sample): string {
  const channels = pixels.length / (width * height);
  if (![1, 3, 4].includes(channels)) {
    throw new ArgumentError(
      `htmlReport: expected a sample of 1, 3 or 4 values a pixel, got ${pixels.length} for ${width} × ${height}`,
    );
  }
  const data =
    pixels instanceof Float32Array
      ? Uint8ClampedArray.from(pixels, (value) => value * 255)
      : pixels;
  const png = encode({ width, height, channels, depth: 8, data });
  let binary = "";
  for (const byte of png) binary += String.fromCharCode(byte);
  return `data:image/png;base64,${btoa(binary)}`;
}
