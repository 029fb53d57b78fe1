/// <reference types="node" />
import { BackendError } from "@kindling/core";
import { type Ended, lastLine, runProgram } from "../diagnosis/run-program.ts";
import type { Verified } from "./verification.ts";

/**
 * Has the command line, in a process of its own, compute with a binding.
 *
 * @param version - of the TensorFlow that it must load; null for any.
 * @param command - prints what `verify` returns for the path that it is given.
 * @throws {BackendError} when it does not load, ends the process, computes something else, or loads another TensorFlow.
 */
export async function verifyBinding(
  path: string,
  version: string | null,
  [program = "", ...parameters]: readonly string[] = ownCommand(),
): Promise<Verified> {
  const ended = await runProgram(program, [...parameters, path], TIMEOUT_MS, {
    // Only errors: without a GPU, TensorFlow says so at length.
    TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? "3",
    // Not the whole GPU, where somebody may be training.
    TF_FORCE_GPU_ALLOW_GROWTH: "true",
  });
  if (ended.code !== 0) throw new BackendError(explain(ended));
  const verified = JSON.parse(lastLine(ended.stdout)) as Verified;
  if (version !== null && release(verified.version) !== release(version)) {
    throw new BackendError(
      `expected the binding to load TensorFlow ${version}, got ${verified.version}; ` +
        "reinstall that TensorFlow, and unset LD_LIBRARY_PATH where it names another",
    );
  }
  return verified;
}

/** The hidden command that prints what `verify` returns. */
export const VERIFY_COMMAND = "verify-binding";

function ownCommand(): string[] {
  return [process.execPath, ...process.execArgv, process.argv[1] ?? "", VERIFY_COMMAND];
}

/** TensorFlow calls itself 2.21.0-rc1, and pip 2.21.0rc1. */
function release(version: string): string | undefined {
  return /^\d+\.\d+\.\d+/.exec(version)?.[0];
}

const TIMEOUT_MS = 5 * 60_000;

/** What the loader says when the machine's libraries are older than what was linked, and what to do. */
const LOADER: readonly (readonly [RegExp, string])[] = [
  [
    /version .GLIBC_[\d.]+. not found/,
    "its glibc is too old; install an older TensorFlow (2.12 or newer), or use a newer Linux",
  ],
  [
    /version .(GLIBCXX|CXXABI)_[\d.]+. not found/,
    "libstdc++ is older than the compiler; name the system's compiler with CXX=/usr/bin/g++",
  ],
  [
    /failed to map segment/,
    "the cache folder's disk does not allow programs; set KINDLING_CACHE to a folder that does",
  ],
  [
    /cannot open shared object file/,
    "a library was moved; reinstall TensorFlow, and run setup again",
  ],
];

function explain({ stderr, cause, code }: Ended): string {
  const said = lastLine(stderr).replace(/^kindling-tensorflow: /, "");
  for (const [pattern, next] of LOADER) {
    const line = stderr.split("\n").find((text) => pattern.test(text));
    if (line !== undefined) return `expected the binding to load, got "${line.trim()}": ${next}`;
  }
  if (cause === "SIGILL") {
    return "expected a processor with AVX, which pip's TensorFlow is built for, got an illegal instruction; use @kindling/backend-wasm";
  }
  if (cause !== null) {
    return `expected the binding to compute a convolution, got ${cause}; free memory, or reinstall TensorFlow`;
  }
  const reason = said === "" ? `exit code ${code}` : `"${said}"`;
  return `expected the binding to compute a convolution, got ${reason}; reinstall TensorFlow, and run setup again`;
}
