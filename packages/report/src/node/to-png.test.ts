import { decode } from "fast-png";
import { expect, test } from "vitest";
import { curves } from "../charts/index.ts";
import { toPng } from "./index.ts";

const rows = [1, 2, 3].map((epoch) => ({ epoch, trainLoss: 1 / epoch }));
const svg = curves(rows, { title: "Loss", width: 300, height: 200 });

/** How many pixels of a band differ from the first. */
function inked(png: Uint8Array, top: number, bottom: number): number {
  const { width, data, channels } = decode(png);
  let count = 0;
  for (let i = top * width; i < bottom * width; i++) {
    if (data[i * channels] !== data[0]) count++;
  }
  return count;
}

test("draws at twice the size, or another", async () => {
  const png = await toPng(svg);
  expect(decode(png)).toMatchObject({ width: 600, height: 400 });
  expect(decode(await toPng(svg, { scale: 0.5 }))).toMatchObject({ width: 150, height: 100 });
});

test("draws the texts, which need a font", async () => {
  // The title's band: nothing else is there.
  expect(inked(await toPng(svg, { scale: 1 }), 4, 26)).toBeGreaterThan(50);
  expect(inked(await toPng(svg, { scale: 1, font: new Uint8Array() }), 4, 26)).toBe(0);
});

test("says what is wrong, and can be used again then", async () => {
  await expect(toPng("<p>no picture</p>")).rejects.toThrow(
    'toPng: expected an SVG, got "<p>no picture</p>"…',
  );
  await expect(toPng(svg, { scale: 0 })).rejects.toThrow(
    "toPng: expected a scale above 0 and up to 10, got 0",
  );
  expect((await toPng(svg)).length).toBeGreaterThan(1000);
});
