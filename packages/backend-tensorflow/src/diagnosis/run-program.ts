/// <reference types="node" />
import { execFile } from "node:child_process";

/** How a program ended. */
export interface Ended {
  /** The exit code; null when a signal ended it or it could not start. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why there is no exit code, such as ENOENT, SIGKILL or a time limit. */
  readonly cause: string | null;
}

/** Runs a program to its end. Never throws: a program that is not there is an answer too. */
export function runProgram(
  file: string,
  parameters: readonly string[],
  timeoutMs: number,
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<Ended> {
  const env = { ...process.env, ...environment };
  return new Promise((resolve) => {
    execFile(
      file,
      parameters,
      { timeout: timeoutMs, killSignal: "SIGKILL", env, maxBuffer: 64 * 2 ** 20 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : null;
        const cause = error?.killed
          ? `a time limit of ${timeoutMs / 1000} s`
          : (error?.signal ?? error?.code);
        resolve({ code, stdout, stderr, cause: code === null ? String(cause) : null });
      },
    );
  });
}

/** The last line that says something: where scripts and Python put what went wrong. */
export function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}
