import { writeFile } from "node:fs/promises";
import { encode } from "fast-png";

/** A digit's bytes, 0 (paper) to 255 (ink), in rows. */
export interface Picture {
  readonly pixels: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

/** From no ink to full ink. */
const SHADES = [" ", "░", "▒", "▓", "█"] as const;
/** The 24 greys of a 256-colour terminal, dark to light, start here. */
const FIRST_GREY = 232;
const GREYS = 24;

/**
 * The picture as text: a character stands for two pixels, one above the other, since characters are
 * about twice as high as they are wide.
 *
 * @param colours - true for a terminal with 256 colours: every pixel keeps its grey.
 */
export function toText(picture: Picture, colours: boolean): string {
  const lines: string[] = [];
  for (let y = 0; y < picture.height; y += 2) {
    let line = "";
    for (let x = 0; x < picture.width; x++) {
      const upper = pixel(picture, x, y);
      const lower = pixel(picture, x, y + 1);
      line += colours ? greyCell(upper, lower) : shade((upper + lower) / 2);
    }
    lines.push(colours ? `${line}\u001b[0m` : line.trimEnd());
  }
  return lines.join("\n");
}

/** Writes the picture as a PNG file, each pixel `scale` × `scale` pixels. */
export async function writePng(file: string, picture: Picture, scale: number = 10): Promise<void> {
  const width = picture.width * scale;
  const height = picture.height * scale;
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data[y * width + x] = pixel(picture, Math.floor(x / scale), Math.floor(y / scale));
    }
  }
  await writeFile(file, encode({ width, height, data, channels: 1, depth: 8 }));
}

function pixel({ pixels, width, height }: Picture, x: number, y: number): number {
  return y < height ? (pixels[y * width + x] as number) : 0;
}

function shade(ink: number): string {
  return SHADES[Math.round((ink / 255) * (SHADES.length - 1))] as string;
}

// The lower half block: its foreground is the lower pixel, its background the upper one.
function greyCell(upper: number, lower: number): string {
  const grey = (ink: number): number => FIRST_GREY + Math.round((ink / 255) * (GREYS - 1));
  return `\u001b[48;5;${grey(upper)};38;5;${grey(lower)}m▄`;
}
