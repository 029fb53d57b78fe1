/// <reference types="node" />
// The command line on the TensorFlow that setup was run for.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test } from "vitest";

const COMMAND = fileURLToPath(new URL("../cli.ts", import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

test("setup --check verifies the binding and says that training can run", () => {
  const flags = ["--conditions=@kindling/source", "--import", TSX, COMMAND, "setup", "--check"];
  const { status, stdout, stderr } = spawnSync(process.execPath, flags, { encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^binding +ok +computes with TensorFlow 2\.\S+ on the (CPU|GPU), /m);
  expect(stdout).toMatch(/^Ready: training runs on the (CPU|GPU)$/m);
});
