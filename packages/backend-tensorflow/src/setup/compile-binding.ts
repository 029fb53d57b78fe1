/// <reference types="node" />
import { readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { BackendError } from "@kindling/core";
import { runProgram } from "../diagnosis/run-program.ts";
import { bindingsFolder, NODE_API } from "./binding-cache.ts";
import type { Compiler } from "./find-compiler.ts";
import { LIBRARIES } from "./find-tensorflow.ts";
import { HOLD_SIGNALS, WRAPPED } from "./hold-signals.ts";

export interface Compilation {
  readonly compiler: Compiler;
  /** Of tfjs-node or tfjs-node-gpu, whose C++ sources are the binding. */
  readonly tfjsNodeFolder: string;
  readonly tensorflowFolder: string;
  /** Where the binding is written. */
  readonly output: string;
}

/**
 * Compiles tfjs-node's own binding against TensorFlow's headers, linked to TensorFlow where pip put it, so that no
 * signal comes while TensorFlow runs an op.
 *
 * @throws {BackendError} with the compiler's first error; the whole of what it said is in a log beside the cache.
 */
export async function compileBinding(compilation: Compilation): Promise<void> {
  const { command, version } = compilation.compiler;
  const held = join(dirname(compilation.output), "hold-signals.cc");
  await writeFile(held, HOLD_SIGNALS);
  const parameters = await compilerParameters(compilation, held);
  const { code, stderr, stdout, cause } = await runProgram(command, parameters, TIMEOUT_MS);
  if (code === 0) return;
  const log = join(bindingsFolder(), "compile.log");
  const said = [`${command} ${parameters.join(" ")}`, version, stdout, stderr].join("\n");
  const written = await writeLog(log, said);
  throw new BackendError(
    `expected ${command} to compile tfjs-node's binding, got ${firstError(stderr, cause ?? `exit code ${code}`)}; ` +
      `${written ? `see ${log}, and ` : ""}${/No space left/.test(stderr) ? "free the disk" : "try another compiler, such as g++ 9 or newer, with CXX=PATH"}`,
  );
}

const TIMEOUT_MS = 10 * 60_000;

async function compilerParameters(
  { tfjsNodeFolder, tensorflowFolder, output }: Compilation,
  held: string,
): Promise<string[]> {
  const sources = join(tfjsNodeFolder, "binding");
  const files = (await readdir(sources)).filter((name) => name.endsWith(".cc"));
  return [
    ...["-std=c++17", "-O2", "-fPIC", "-shared", "-w", `-DNAPI_VERSION=${NODE_API}`],
    ...["-I", nodeHeaders(), "-I", join(tensorflowFolder, "include")],
    ...files.map((name) => join(sources, name)),
    held,
    ...WRAPPED,
    ...["-L", tensorflowFolder, ...LIBRARIES.map((name) => `-l:${name}`)],
    // The real folder: from there TensorFlow finds pip's CUDA libraries beside it, without LD_LIBRARY_PATH.
    `-Wl,-rpath,${tensorflowFolder}`,
    ...["-o", output],
  ];
}

function nodeHeaders(): string {
  const { resolve } = createRequire(import.meta.url);
  return join(dirname(resolve("node-api-headers/package.json")), "include");
}

function firstError(stderr: string, otherwise: string): string {
  const line = stderr.split("\n").find((text) => /\berror\b|undefined reference/i.test(text));
  return line?.trim() ?? (stderr.trim().split("\n")[0] || otherwise);
}

async function writeLog(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text);
    return true;
  } catch {
    return false; // the compiler's error counts
  }
}
