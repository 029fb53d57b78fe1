/// <reference types="node" />
import { createRequire } from "node:module";
import { join } from "node:path";
import { BackendError } from "@kindling/core";
import { findCachedBinding } from "../setup/binding-cache.ts";
import { findTfjsNode, installedBinding, type TfjsNode } from "./find-package.ts";
import type { NativeBinding, NodeBackend, NodeBackendClass } from "./node-backend.ts";
import { supplyMissing } from "./node-compatibility.ts";
import { withCoreAsTfjs } from "./stand-in.ts";

const INSTALL_PACKAGE =
  "run npm install --ignore-scripts @tensorflow/tfjs-node-gpu@4.22.0, and then npx kindling-tensorflow setup";
const INSTALL_LIBRARY =
  "run pip install tensorflow-cpu, or pip install 'tensorflow[and-cuda]' for a GPU, and then npx kindling-tensorflow setup";

/** tfjs-node with its native library. */
export interface Loaded {
  readonly binding: NativeBinding;
  /** Where pip put the TensorFlow that it is linked to; null for one that tfjs-node's own install script got. */
  readonly tensorflowFolder: string | null;
  /** Registers tfjs-node's kernels when it is called for the first time. */
  makeBackend(): NodeBackend;
}

/** What is missing to load it, without loading it; null when nothing is. */
export async function missing(workingFolder?: string): Promise<string | null> {
  const tfjsNode = findTfjsNode(workingFolder);
  if (tfjsNode === null) {
    return `expected the package @tensorflow/tfjs-node-gpu, got none; ${INSTALL_PACKAGE}`;
  }
  if (installedBinding(tfjsNode) !== null || (await findCachedBinding()) !== null) return null;
  return `expected a native library for ${tfjsNode.name}, got none; ${INSTALL_LIBRARY}`;
}

/**
 * Loads tfjs-node with the native library that came with it, or else the one that `kindling-tensorflow setup` made.
 *
 * @throws {BackendError} when one of them is missing, or the library does not load.
 */
export async function load(workingFolder?: string): Promise<Loaded> {
  const tfjsNode = findTfjsNode(workingFolder);
  const reason = await missing(workingFolder);
  if (tfjsNode === null || reason !== null) throw new BackendError(`tensorflow: ${reason}`);
  const cached = await findCachedBinding();
  const candidates = [
    { path: installedBinding(tfjsNode), tensorflowFolder: null },
    { path: cached?.path ?? null, tensorflowFolder: cached?.tensorflow.folder ?? null },
  ];
  const require = createRequire(join(tfjsNode.folder, "package.json"));
  const failures: string[] = [];
  let cause: unknown;
  for (const { path, tensorflowFolder } of candidates) {
    if (path === null) continue;
    try {
      const binding = require(path) as NativeBinding;
      return { binding, tensorflowFolder, makeBackend: () => make(require, tfjsNode, binding) };
    } catch (error) {
      cause = error;
      failures.push(`${path} (${error instanceof Error ? error.message : String(error)})`);
    }
  }
  throw new BackendError(
    `tensorflow: expected a native library that loads, got ${failures.join(" and ")}; ` +
      "run npx kindling-tensorflow setup",
    { cause },
  );
}

function make(
  require: ReturnType<typeof createRequire>,
  { name, folder }: TfjsNode,
  binding: NativeBinding,
): NodeBackend {
  supplyMissing();
  // Not the package's index.js, which looks for its own native library and brings its builder along.
  const { NodeJSKernelBackend } = withCoreAsTfjs(require, () => {
    require(join(folder, "dist/register_all_kernels"));
    return require(join(folder, "dist/nodejs_kernel_backend")) as {
      NodeJSKernelBackend: NodeBackendClass;
    };
  });
  return new NodeJSKernelBackend(binding, name);
}
