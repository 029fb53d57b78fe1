/// <reference types="node" />
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { describeStore } from "../checkpoint/store-contract.ts";
import { fileStore } from "./index.ts";

const root = mkdtempSync(join(tmpdir(), "kindling-store-"));
let count = 0;
afterEach(() => {
  count++;
});
afterAll(() => rmSync(root, { recursive: true }));
const folder = (): string => join(root, "deep", `er-${count}`);

describe("fileStore", () => {
  describeStore(() => fileStore(folder()));

  const files = { "a.bin": Uint8Array.of(1), "checkpoint.json": Uint8Array.of(2) };

  test("does not take other folders and files for checkpoints", async () => {
    await fileStore(folder()).write("000001-epoch-1-end", files);
    mkdirSync(join(folder(), "logs"));
    writeFileSync(join(folder(), "000002-notes.txt"), "");
    expect(await fileStore(folder()).list()).toEqual(["000001-epoch-1-end"]);
  });

  test("does not see what was left half written, and clears it at the next write", async () => {
    const store = fileStore(folder());
    mkdirSync(join(folder(), ".unfinished-000001-epoch-1-end"), { recursive: true });
    writeFileSync(join(folder(), ".unfinished-000001-epoch-1-end", "a.bin"), "half");
    expect(await store.list()).toEqual([]);
    await store.write("000001-epoch-1-end", files);
    expect(readdirSync(folder())).toEqual(["000001-epoch-1-end"]);
  });

  test("leaves nothing of a checkpoint whose last file cannot be written", async () => {
    const store = fileStore(folder());
    await store.write("000001-epoch-1-end", files);
    // A file in a folder that there is not: the error comes after the first file is there.
    const broken = { ...files, "no/such.bin": Uint8Array.of(3) };
    await expect(store.write("000002-epoch-2-end", broken)).rejects.toThrow("ENOENT");
    expect(readdirSync(folder())).toEqual(["000001-epoch-1-end"]);
    await store.write("000002-epoch-2-end", files);
    expect(readdirSync(folder())).toHaveLength(2);
  });

  test("says which folder it cannot make", async () => {
    const file = join(root, "a-file");
    writeFileSync(file, "");
    await expect(fileStore(join(file, "x")).write("000001-a", files)).rejects.toThrow("ENOTDIR");
  });
});
