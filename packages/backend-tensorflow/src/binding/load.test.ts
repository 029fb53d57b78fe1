/// <reference types="node" />
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findTfjsNode, installedBinding } from "./find-package.ts";
import { load, missing } from "./load.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kindling-load-"));
  vi.stubEnv("KINDLING_CACHE", join(folder, "cache"));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A package with nothing but this file of its own. */
function install(name: string, file: string = "package.json", text: string = "{}"): string {
  const root = join(folder, "node_modules/@tensorflow", name);
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, "package.json"), "{}");
  writeFileSync(join(root, file), text);
  return root;
}

test("without tfjs-node it says what to install", async () => {
  expect(await missing(folder)).toBe(
    "expected the package @tensorflow/tfjs-node-gpu, got none; run npm install --ignore-scripts " +
      "@tensorflow/tfjs-node-gpu@4.22.0, and then npx kindling-tensorflow setup",
  );
  await expect(load(folder)).rejects.toThrow("tensorflow: expected the package");
});

test("without a native library it says how to get one", async () => {
  install("tfjs-node");
  expect(await missing(folder)).toBe(
    "expected a native library for @tensorflow/tfjs-node, got none; run pip install tensorflow-cpu, or pip install " +
      "'tensorflow[and-cuda]' for a GPU, and then npx kindling-tensorflow setup",
  );
});

test("a native library that does not load is named, with the loader's words", async () => {
  const file = "lib/napi-v8/tfjs_binding.node";
  const path = join(install("tfjs-node-gpu", file, "no library"), file);
  expect(await missing(folder)).toBeNull();
  await expect(load(folder)).rejects.toThrow(
    new RegExp(`^tensorflow: expected a native library that loads, got ${path} \\(.+\\); run npx`),
  );
});

test("tfjs-node-gpu goes before tfjs-node", () => {
  install("tfjs-node");
  const root = install("tfjs-node-gpu");
  expect(findTfjsNode(folder)).toEqual({ name: "@tensorflow/tfjs-node-gpu", folder: root });
});

test("of several native libraries it is the newest that this Node can load", () => {
  for (const version of [3, 8, 999]) install("tfjs-node", `lib/napi-v${version}/tfjs_binding.node`);
  const root = install("tfjs-node", "lib/napi-v12-old/tfjs_binding.node");
  const found = installedBinding({ name: "@tensorflow/tfjs-node", folder: root });
  expect(found).toBe(join(root, "lib/napi-v8/tfjs_binding.node"));
});
