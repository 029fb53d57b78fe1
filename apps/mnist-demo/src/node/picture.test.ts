import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { expect, test } from "vitest";
import { bars } from "./bars.ts";
import { toText, writePng } from "./picture.ts";

const picture = { pixels: Uint8Array.of(0, 255, 0, 255, 255, 255), width: 2, height: 3 };

test("two rows of pixels make one line of shades; an odd last row stands over paper", () => {
  expect(toText(picture, false)).toBe(" █\n▒▒");
});

test("with colours every pixel keeps its grey", () => {
  expect(toText(picture, true).split("\n")[0]).toBe(
    "\u001b[48;5;232;38;5;232m▄\u001b[48;5;255;38;5;255m▄\u001b[0m",
  );
});

test("the PNG holds each pixel as a square", async () => {
  const folder = await mkdtemp(join(tmpdir(), "picture-"));
  try {
    await writePng(join(folder, "digit.png"), picture, 2);
    const image = decode(await readFile(join(folder, "digit.png")));
    expect([image.width, image.height, image.channels]).toEqual([4, 6, 1]);
    expect([...image.data.subarray(0, 8)]).toEqual([0, 0, 255, 255, 0, 0, 255, 255]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("bars are as long as the probabilities", () => {
  const lines = bars(["0", "10"], [1, 0.0125]).split("\n");
  expect(lines[0]).toBe(` 0 ${"█".repeat(40)} 100.00 %`);
  expect(lines[1]).toBe(`10 ▌${" ".repeat(39)}   1.25 %`);
});
