// For tests: kills a run in a process of its own again and again, once for every backend.
/// <reference types="node" />
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Generator } from "@kindling/core";
import { expect } from "vitest";

const PROGRAM = fileURLToPath(new URL("./killed-program.ts", import.meta.url));

export interface KilledRuns {
  /** A name that killed-program.ts knows. */
  readonly backend: "wasm" | "tensorflow" | "webgpu";
  /** At the same time. */
  readonly runs: number;
  /** How often each is killed. */
  readonly kills: number;
}

interface Ending {
  readonly from: number;
  readonly fingerprint: string | null;
  readonly errors: string;
}

/**
 * Runs the program in a folder.
 *
 * @param kill - is asked at each line that it prints, and after how many of them it ends it; null to let it be.
 */
function play(
  folder: string,
  backend: string,
  kill: { readonly line: RegExp; readonly after: number } | null,
): Promise<Ending> {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      ["--conditions=@kindling/source", "--import", "tsx", PROGRAM, folder, backend],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    let text = "";
    let errors = "";
    let seen = 0;
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      errors += chunk;
    });
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (kill === null) return;
      seen += chunk.split("\n").filter((line) => kill.line.test(line)).length;
      if (seen > kill.after) child.kill("SIGKILL");
    });
    child.on("close", () => {
      const [, from] = /^from (\d+)$/m.exec(text) ?? [];
      const [, fingerprint = null] = /^done (.*)$/m.exec(text) ?? [];
      resolve({ from: Number(from ?? -1), fingerprint, errors });
    });
  });
}

/** Fails unless every run, killed often and resumed as often, ends as one that was not, to the bit. */
export async function expectKilledRuns({ backend, runs, kills }: KilledRuns): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "kindling-killed-"));
  try {
    const random = new Generator(1);
    const uninterrupted = play(join(root, "whole"), backend, null);
    const killedOften = async (folder: string): Promise<Ending> => {
      let furthest = 0;
      for (let kill = 0; kill < kills; kill++) {
        // Every other one while it writes: the line comes right before.
        const line = kill % 2 === 0 ? /^step/ : /^writing/;
        const ending = await play(folder, backend, {
          line,
          after: random.integer(kill % 2 === 0 ? 14 : 7),
        });
        expect(ending.errors).toBe("");
        // What was saved is never lost again.
        expect(ending.from).toBeGreaterThanOrEqual(furthest);
        expect(ending.fingerprint).toBeNull();
        furthest = ending.from;
      }
      expect(furthest).toBeGreaterThan(20);
      return play(folder, backend, null);
    };
    const endings = await Promise.all(
      Array.from({ length: runs }, (_, i) => killedOften(join(root, `run-${i}`))),
    );
    const expected = (await uninterrupted).fingerprint;
    expect(expected).toMatch(/^\[/);
    for (const { errors, fingerprint } of endings) {
      expect(errors).toBe("");
      expect(fingerprint).toBe(expected);
    }
  } finally {
    rmSync(root, { recursive: true });
  }
}
