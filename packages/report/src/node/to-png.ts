/// <reference types="node" />
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { ArgumentError } from "@kindling/core";
import { initWasm, Resvg } from "@resvg/resvg-wasm";

/** What {@link toPng} takes besides the SVG. */
export interface ToPngOptions {
  /** Pixels of the picture to a pixel of the SVG. @defaultValue 2 */
  scale?: number;
  /** The contents of a TrueType or OpenType font, for texts. @defaultValue Questrial, which is Latin only */
  font?: Uint8Array;
}

/**
 * Draws an SVG such as `curves` gives as a PNG, the same on every machine: fonts of the system are not used.
 *
 * @param svg - with colours of its own: not of theme "page".
 * @throws {ArgumentError} when it is not an SVG, or the scale is not above 0 and up to 10.
 *
 * @example
 * ```ts
 * await writeFile("loss.png", await toPng(curves(history)));
 * ```
 */
export async function toPng(
  svg: string,
  { scale = 2, font }: ToPngOptions = {},
): Promise<Uint8Array> {
  if (!(scale > 0 && scale <= 10)) {
    throw new ArgumentError(`toPng: expected a scale above 0 and up to 10, got ${scale}`);
  }
  ready ??= start();
  await ready;
  const fonts = [
    font ?? (await readModule("@expo-google-fonts/questrial/400Regular/Questrial_400Regular.ttf")),
  ];
  const image = render(svg, scale, fonts);
  try {
    return image.asPng();
  } finally {
    image.free();
  }
}

function render(svg: string, scale: number, fontBuffers: Uint8Array[]) {
  try {
    const resvg = new Resvg(svg, { fitTo: { mode: "zoom", value: scale }, font: { fontBuffers } });
    try {
      return resvg.render();
    } finally {
      resvg.free();
    }
  } catch (cause) {
    throw new ArgumentError(
      `toPng: expected an SVG, got ${JSON.stringify(svg.slice(0, 40))}…: ${String(cause)}`,
      { cause },
    );
  }
}

let ready: Promise<void> | undefined;

async function start(): Promise<void> {
  try {
    await initWasm(await readModule("@resvg/resvg-wasm/index_bg.wasm"));
  } catch (error) {
    // resvg may be started once in a process, and somebody else may have.
    if (!String(error).includes("Already initialized")) throw error;
  }
}

function readModule(specifier: string): Promise<Uint8Array> {
  return readFile(createRequire(import.meta.url).resolve(specifier));
}
