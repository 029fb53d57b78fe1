import { afterEach, expect, test, vi } from "vitest";
import { parseOptions } from "./options.ts";

afterEach(() => vi.restoreAllMocks());

function failing(...argv: string[]): string {
  const exit = vi.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
  const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  expect(() => parseOptions(argv)).toThrow("exit 1");
  exit.mockRestore();
  return stderr.mock.calls.map(([text]) => String(text)).join("");
}

test("defaults are the reference program's", () => {
  expect(parseOptions([])).toEqual({
    backend: "auto",
    epochs: 5,
    batchSize: 64,
    lr: 1e-3,
    seed: 0,
    json: false,
  });
});

test("reads every flag", () => {
  const argv =
    "--backend wasm --epochs 2 --batch-size 32 --lr 0.01 --seed -3 --data-dir d --limit 100 --image x.png --json";
  expect(parseOptions(argv.split(" "))).toEqual({
    backend: "wasm",
    epochs: 2,
    batchSize: 32,
    lr: 0.01,
    seed: -3,
    dataDir: "d",
    limit: 100,
    image: "x.png",
    json: true,
  });
});

test.each([
  [["--epochs", "0"], "got 0"],
  [["--epochs", "1.5"], "got 1.5"],
  [["--batch-size", "many"], "got many"],
  [["--lr", "-1"], "got -1"],
  [["--lr", "NaN"], "got NaN"],
  [["--seed", ""], "whole number"],
  [["--limit", "3"], "from 10"],
  [["--backend", "tpu"], "Allowed choices are auto, wasm, webgpu, tensorflow, cuda"],
  [["--frobnicate"], "unknown option"],
  [["stray"], "too many arguments"],
])("refuses %j in one line", (argv, message) => {
  const line = failing(...argv);
  expect(line).toContain(message);
  expect(line.trimEnd().split("\n")).toHaveLength(1);
});
