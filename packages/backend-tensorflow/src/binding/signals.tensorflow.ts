/// <reference types="node" />
// A signal that comes during one of oneDNN's products would write into the heap: see setup/hold-signals.ts. A profiler
// sends them by the thousand.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const HERE = fileURLToPath(import.meta.url);
const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const urlOf = (name: string): string =>
  pathToFileURL(createRequire(import.meta.url).resolve(name)).href;

// Inner lengths above 128 with AVX-512, and above 2048 with AVX2, have oneDNN's workspace on the heap.
const PROGRAM = `
  import { tensorflow } from ${JSON.stringify(new URL("../index.ts", import.meta.url).href)};
  import { selectBackend } from ${JSON.stringify(urlOf("@kindling/core"))};
  import { matMul, randomNormal, tidy } from ${JSON.stringify(urlOf("@tensorflow/tfjs-core"))};
  await selectBackend(tensorflow({ device: "cpu" }));
  for (const inner of [784, 2500, 9000]) {
    const [left, right] = [randomNormal([64, inner]), randomNormal([10, inner])];
    for (let i = 0; i < 3e6 / inner; i++) tidy(() => void matMul(left, right, false, true));
  }
  console.log("ended");
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kindling-signals-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each(["AVX2", "DEFAULT"])("products under a profiler, with oneDNN's kernels for %s", (isa) => {
  const program = join(folder, "products.mts");
  writeFileSync(program, PROGRAM);
  const profiler = ["--cpu-prof", "--cpu-prof-interval=200", `--cpu-prof-dir=${folder}`];
  const flags = [...profiler, "--conditions=@kindling/source", "--import", TSX, program];
  const { stdout, stderr, status } = spawnSync(process.execPath, flags, {
    encoding: "utf8",
    cwd: join(HERE, ".."),
    env: { ...process.env, ONEDNN_MAX_CPU_ISA: isa },
  });
  expect([stdout, status], stderr).toEqual(["ended\n", 0]);
  expect(readdirSync(folder).some((name) => name.endsWith(".cpuprofile"))).toBe(true);
});
