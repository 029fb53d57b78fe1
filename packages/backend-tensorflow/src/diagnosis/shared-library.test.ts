/// <reference types="node" />
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeSharedLibrary } from "./fake-shared-library.ts";
import { readSharedLibrary } from "./shared-library.ts";

const folder = mkdtempSync(join(tmpdir(), "kindling-elf-"));
const library = join(folder, "liba.so");
afterAll(() => rmSync(folder, { recursive: true }));

test("reads what a library needs, and where it is looked for", async () => {
  writeSharedLibrary(library, {
    needed: ["libb.so", "libc.so.6"],
    runpath: ["$ORIGIN/../b", "/c"],
  });
  expect(await readSharedLibrary(library)).toEqual({
    needed: ["libb.so", "libc.so.6"],
    runpath: [`${folder}/../b`, "/c"],
  });
});

test.runIf(process.platform === "linux")("reads Node itself", async () => {
  const { needed } = (await readSharedLibrary(process.execPath)) ?? { needed: [] };
  expect(needed).toContain("libc.so.6");
});

test.each([
  ["no file", join(folder, "none"), null],
  ["an empty one", join(folder, "empty"), ""],
  ["another kind", join(folder, "text"), "libtensorflow ".repeat(100)],
  ["one that is cut off", join(folder, "cut"), "\x7fELF\x02\x01\x01".padEnd(64, "\xff")],
])("%s is no library", async (_, path, text) => {
  if (text !== null) writeFileSync(path, text, "latin1");
  expect(await readSharedLibrary(path)).toBeNull();
});
