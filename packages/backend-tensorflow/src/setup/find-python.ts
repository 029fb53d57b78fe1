/// <reference types="node" />
import { existsSync } from "node:fs";
import { join } from "node:path";
import { BackendError } from "@kindling/core";
import { lastLine, runProgram } from "../diagnosis/run-program.ts";

/** A Python that answered. */
export interface Python {
  readonly path: string;
  readonly version: string;
  /** Its environment's folder: `python` and `python3` are often the same. */
  readonly prefix: string;
  /** Where `import tensorflow` would find it; null where it would not. */
  readonly tensorflowFolder: string | null;
}

/**
 * The Pythons to look for TensorFlow in, best first: the one that is named, or those of the active environments,
 * of the working folder, and of PATH.
 *
 * @throws {BackendError} when none answers.
 */
export async function findPythons(named?: string): Promise<Python[]> {
  const pythons: Python[] = [];
  const failures: string[] = [];
  for (const path of named === undefined ? candidates() : [named]) {
    const answer = await ask(path);
    if (typeof answer === "string") failures.push(`${path}: ${answer}`);
    else if (!pythons.some((other) => other.prefix === answer.prefix)) pythons.push(answer);
  }
  if (pythons.length > 0) return pythons;
  const got = failures.length === 0 ? "none" : failures.join(", ");
  throw new BackendError(
    `expected a Python 3 that runs, got ${got}; install Python 3.9 to 3.13, or name one with --python PATH`,
  );
}

const TIMEOUT_MS = 60_000;

// Found without importing it, which takes seconds, and not in the working folder, which `-c` puts on the path.
const PROBE = `
import sys
sys.path[:] = [folder for folder in sys.path if folder]
import importlib.util, json, os, platform
spec = importlib.util.find_spec("tensorflow")
folder = spec.submodule_search_locations[0] if spec and spec.origin else None
print(json.dumps({
  "path": sys.executable,
  "prefix": sys.prefix,
  "version": platform.python_version(),
  "tensorflowFolder": folder and os.path.realpath(folder),
}))
`;

function candidates(): string[] {
  const { PYTHON, VIRTUAL_ENV, CONDA_PREFIX } = process.env;
  const environments = [VIRTUAL_ENV, CONDA_PREFIX, ".venv", "venv"]
    .filter((folder) => folder !== undefined && folder !== "")
    .map((folder) => join(folder as string, "bin", "python"))
    .filter((path) => existsSync(path));
  return [...(PYTHON ? [PYTHON] : []), ...environments, "python3", "python"];
}

/** Or why it does not answer. */
async function ask(path: string): Promise<Python | string> {
  const { code, stdout, stderr, cause } = await runProgram(path, ["-c", PROBE], TIMEOUT_MS);
  if (cause === "ENOENT") return "not found";
  if (code !== 0) return lastLine(stderr) || cause || `exit code ${code}`;
  try {
    return JSON.parse(lastLine(stdout)) as Python;
  } catch {
    return `expected JSON, got "${lastLine(stdout)}"`;
  }
}
