/// <reference types="node" />
import { BackendError } from "@kindling/core";
import { lastLine, runProgram } from "../diagnosis/run-program.ts";

export interface Compiler {
  /** As it was asked for: a name in PATH, or CXX. */
  readonly command: string;
  /** The first line of what it says about itself. */
  readonly version: string;
}

/** The machine's C++ compiler: CXX, or the first of g++, c++ and clang++. @throws {BackendError} when there is none. */
export async function findCompiler(): Promise<Compiler> {
  const { CXX } = process.env;
  const failures: string[] = [];
  for (const command of CXX ? [CXX] : ["g++", "c++", "clang++"]) {
    const { code, stdout, stderr, cause } = await runProgram(command, ["--version"], TIMEOUT_MS);
    if (code === 0) return { command, version: stdout.split("\n")[0]?.trim() ?? "" };
    const reason =
      cause === "ENOENT" ? "not found" : lastLine(stderr) || cause || `exit code ${code}`;
    failures.push(`${command}: ${reason}`);
  }
  throw new BackendError(
    `expected a C++ compiler, got ${failures.join(", ")}; install one (apt install g++, dnf install gcc-c++), ` +
      "or name one with CXX=PATH",
  );
}

const TIMEOUT_MS = 30_000;
