/// <reference types="node" />
import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { getBackend, version_core } from "@tensorflow/tfjs-core";

/**
 * What a run's numbers and times depend on: the machine, Node, tfjs and its backend.
 *
 * Names no host, user or folder, so that a report can be shown to others.
 *
 * @example
 * ```ts
 * const { backend } = await selectBackend(wasm());
 * report({ path: "report.html", environment: { ...environment(), backend: backend.describe() } });
 * ```
 */
export function environment(): Record<string, string> {
  const [first] = cpus();
  const cores = availableParallelism();
  return {
    backend: getBackend() || "none",
    "tfjs-core": version_core,
    node: process.version,
    system: `${platform()} ${release()} ${arch()}`,
    cpu: `${first?.model.trim() ?? "unknown"}, ${cores === 1 ? "1 core" : `${cores} cores`}`,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
  };
}
