// Who is compared. Each is an adapter in a process of its own, which speaks the protocol of adapters/serve.js.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bestBuild } from "../packages/backend-wasm/src/simd/module.ts";

export interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export const FOLDER: string = fileURLToPath(new URL(".", import.meta.url));
/** What the others are compared with. */
export const BASELINE = "PyTorch, 1 thread";

const PYTHON = process.env.KINDLING_PYTHON ?? "python3";
const NODE_FLAGS = (process.env.KINDLING_NODE_FLAGS ?? "").split(" ").filter((flag) => flag !== "");
const RELAXED_FLAG = "--experimental-wasm-relaxed-simd";
const LOADER = ["--conditions=@kindling/source", "--import", "tsx"];

function kindling(flags: readonly string[] = [], ...options: string[]): readonly string[] {
  return [process.execPath, ...NODE_FLAGS, ...flags, ...LOADER, "adapters/kindling.ts", ...options];
}

function competitor(...parameters: string[]): readonly string[] {
  return [process.execPath, "--import", "tsx", ...parameters];
}

// PyTorch at its best: without these, glibc hands the memory of large tensors back to the system after each op,
// and the page faults can take longer than the op.
const KEEP_MEMORY = { MALLOC_MMAP_MAX_: "0", MALLOC_TRIM_THRESHOLD_: String(2 ** 40) };

function pytorch(threads: number, name: string): Contender {
  const command = [PYTHON, "adapters/pytorch.py", String(threads)];
  return { name, command, environment: KEEP_MEMORY };
}

// Node 20 has relaxed SIMD behind a flag, Node 22 and later without one: there it is what runs anyway.
const HAS_RELAXED = bestBuild() === "relaxed-simd" || NODE_FLAGS.includes(RELAXED_FLAG);

/** Kindling as Node runs it and, where that is not the same, with relaxed SIMD. */
export const KINDLING: readonly Contender[] = [
  { name: "Kindling", command: kindling() },
  ...(HAS_RELAXED ? [] : [{ name: "Kindling, relaxed SIMD", command: kindling([RELAXED_FLAG]) }]),
];
/** With `wasm({ winograd: true })`: docs/decisions/0003-winograd.md. */
export const KINDLING_WINOGRAD: Contender = {
  name: "Kindling, Winograd",
  command: kindling([], "winograd"),
};
export const PYTORCH_1: Contender = pytorch(1, BASELINE);
export const PYTORCH_2: Contender = pytorch(2, "PyTorch, 2 threads");
export const TFJS_WASM: Contender = {
  name: "tfjs, wasm",
  command: competitor("competitors/tfjs.js", "wasm"),
};
export const TFJS_COMPOSED: Contender = {
  name: "tfjs, wasm, composed gradient",
  command: competitor("competitors/tfjs.js", "wasm", "composed"),
};
export const TFJS_CPU: Contender = {
  name: "tfjs, cpu",
  command: competitor("competitors/tfjs.js", "cpu"),
};
export const JAX_JS: Contender = {
  name: "jax-js, wasm",
  command: competitor("competitors/jax-js.js"),
};

/** Installs what npm has of the competitors, once. */
export function installCompetitors(): void {
  if (existsSync(`${FOLDER}competitors/node_modules`)) return;
  execFileSync("npm", ["install", "--no-package-lock"], { cwd: `${FOLDER}competitors` });
}
