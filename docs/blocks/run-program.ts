import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Program } from "./check-programs.ts";

/** How to run a program. */
export interface RunOptions {
  /** The folder that it runs in. @defaultValue an empty folder, removed afterwards */
  cwd?: string;
  /** Ends it with SIGKILL after so long. @defaultValue `120_000` */
  timeoutMs?: number;
}

/** What a program left behind. */
export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit code, or null when a signal ended it. */
  readonly code: number | null;
}

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/**
 * Runs a TypeScript module in a Node process of its own, against the packages' sources.
 *
 * The module lies in a folder below node_modules/.cache, from where the workspace's packages are found.
 */
export async function runProgram(
  program: Program,
  { cwd, timeoutMs = 120_000 }: RunOptions = {},
): Promise<RunResult> {
  const cache = join(ROOT, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "kindling-program-"));
  const place = cwd ?? (await mkdtemp(join(tmpdir(), "kindling-program-")));
  try {
    const file = join(folder, "program.mts");
    await writeFile(file, program.source);
    return await runFile(file, place, timeoutMs);
  } finally {
    await rm(folder, { recursive: true, force: true });
    if (cwd === undefined) await rm(place, { recursive: true, force: true });
  }
}

/** Runs a file where it lies. */
export function runFile(file: string, cwd: string, timeoutMs: number): Promise<RunResult> {
  const flags = ["--conditions=@kindling/source", "--import", import.meta.resolve("tsx")];
  const child = spawn(process.execPath, [...flags, file], {
    cwd,
    env: { ...process.env, NO_COLOR: "1", NODE_NO_WARNINGS: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (code) => done({ stdout, stderr, code }));
  });
}
