/// <reference types="node" />
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { activateBackend, describeCallback } from "@kindling/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkpoint, listCheckpoints } from "../checkpoint/index.ts";
import { memoryStore } from "../checkpoint/memory-store.ts";
import { Descent, LinearModel, Rows, SquaredError } from "../fakes.ts";
import { type Callback, Trainer } from "../index.ts";
import { fileStore, stopOnSignal } from "./index.ts";

beforeAll(() => activateBackend("cpu"));

const stateless = { stateDict: async () => ({}), loadStateDict() {} };
const PROGRAM = fileURLToPath(new URL("./signalled-program.ts", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "kindling-signal-"));
afterAll(() => rmSync(root, { recursive: true }));

describeCallback("stopOnSignal", {
  make: () => stopOnSignal({ checkpoint: checkpoint({ store: memoryStore(), model: stateless }) }),
});

describe("stopOnSignal", () => {
  test("saves after the step, stops, and exits with the signal's code once the others have ended", async () => {
    const store = memoryStore();
    const saving = checkpoint({ store, model: stateless });
    const log: string[] = [];
    const others: Callback = {
      name: "others",
      onBatchStart({ step }) {
        if (step === 3) process.emit("SIGTERM", "SIGTERM");
      },
      onBatchEnd: ({ step }) => void log.push(`step ${step}`),
      onTrainEnd: ({ stopReason }) => void log.push(`ended: ${stopReason}`),
    };
    const signals = stopOnSignal({
      checkpoint: saving,
      stream: { write: (text) => log.push(text.trim()) },
      exit: (code) => void log.push(`exit ${code}`),
    });
    const model = new LinearModel();
    const before = process.listenerCount("SIGTERM");
    await new Trainer({
      model,
      loss: new SquaredError(),
      optimizer: new Descent(model.weight),
      callbacks: [saving, others, signals],
    }).fit(new Rows(1, 1), { epochs: 5 });
    model.dispose();
    expect(log).toEqual([
      "step 1",
      "step 2",
      "SIGTERM: finishing the step, then writing a checkpoint; again to end without",
      "step 3",
      "stopped after step 3 (epoch 2, batch 1); saved 000002-epoch-2-batch-1 in memory; to go on, run the program again with resumeFrom",
      "ended: SIGTERM",
      `exit ${128 + constants.signals.SIGTERM}`,
    ]);
    expect((await listCheckpoints(store)).map(({ step }) => step)).toEqual([2, 3]);
    expect(process.listenerCount("SIGTERM")).toBe(before);
  });

  /** The program's steps take 50 ms, and one of them for ever when it is told to hang. */
  const play = (folder: string, hang: boolean, signals: readonly NodeJS.Signals[]) =>
    new Promise<{ code: number | null; signal: string | null; errors: string }>((resolve) => {
      const child = spawn(
        process.execPath,
        ["--conditions=@kindling/source", "--import", "tsx", PROGRAM, folder, String(hang)],
        { stdio: ["ignore", "pipe", "pipe"] },
      );
      const waiting = [...signals];
      let errors = "";
      const next = (): void => {
        const signal = waiting.shift();
        if (signal !== undefined) child.kill(signal);
      };
      child.stdout.once("data", next);
      child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
        errors += chunk;
        if (chunk.includes("again to end without")) next();
      });
      child.on("close", (code, signal) => resolve({ code, signal, errors }));
    });

  test("ends a process with a checkpoint to go on from", async () => {
    const folder = join(root, "once");
    const { code, errors } = await play(folder, false, ["SIGINT"]);
    expect(code).toBe(130);
    expect(errors).toContain(
      `in folder ${folder}; to go on, run the program again with resumeFrom`,
    );
    expect(await listCheckpoints(fileStore(folder))).toHaveLength(1);
  });

  test("ends it at once at the second signal", async () => {
    const folder = join(root, "twice");
    const { code } = await play(folder, true, ["SIGINT", "SIGINT"]);
    expect(code).toBe(130);
    expect(await listCheckpoints(fileStore(folder))).toHaveLength(0);
  });
});
