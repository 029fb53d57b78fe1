/// <reference types="node" />
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { activateBackend, describeCallback } from "@kindling/testing";
import type { Callback } from "@kindling/trainer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonLinesLog } from "./index.ts";

const root = mkdtempSync(join(tmpdir(), "kindling-jsonl-"));
beforeAll(() => activateBackend("cpu"));
afterAll(() => rmSync(root, { recursive: true }));

describeCallback("jsonLinesLog", { make: () => jsonLinesLog(join(root, "contract.jsonl")) });

const run = { epochs: 2, batches: 2, stop() {} };

/** Plays an epoch of two steps. */
async function play(callback: Callback, trainLoss = 0.5): Promise<void> {
  await callback.onTrainStart?.({ ...run, higherIsBetter: {} });
  for (const step of [1, 2]) {
    const loss = async (): Promise<number> => 1 / step;
    await callback.onBatchEnd?.({ ...run, epoch: 1, batch: step, step, loss });
  }
  await callback.onEpochEnd?.({ ...run, epoch: 1, metrics: { trainLoss }, seconds: 2 });
}

const read = (path: string): unknown[] =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

const EPOCH = { event: "epoch", epoch: 1, trainLoss: 0.5, seconds: 2 };

describe("jsonLinesLog", () => {
  test("has each line on disk before the run goes on, making the folder", async () => {
    const path = join(root, "deep", "log.jsonl");
    const callback = jsonLinesLog(path);
    await play(callback);
    expect(read(path)).toEqual([EPOCH]);
    await callback.onTrainEnd?.({ ...run, stopReason: "enough" });
    expect(read(path)).toEqual([EPOCH, { event: "end", stopReason: "enough" }]);
  });

  test("writes every n-th step when asked", async () => {
    const path = join(root, "steps.jsonl");
    await play(jsonLinesLog(path, { everySteps: 2 }));
    expect(read(path)).toEqual([{ event: "step", epoch: 1, step: 2, loss: 0.5 }, EPOCH]);
  });

  test("writes what JSON has no number for as a string, and the error", async () => {
    const path = join(root, "nan.jsonl");
    const callback = jsonLinesLog(path);
    await play(callback, Number.NaN);
    await callback.onError?.({ ...run, error: new Error("no\nmore") });
    await callback.onTrainEnd?.({ ...run, stopReason: null });
    expect(read(path)).toEqual([
      { ...EPOCH, trainLoss: "NaN" },
      { event: "end", stopReason: null, error: "Error: no\nmore" },
    ]);
  });

  test("starts the file anew, or goes on after a line that a crash cut", async () => {
    const path = join(root, "resumed.jsonl");
    writeFileSync(path, '{"event":"epoch","ep');
    await play(jsonLinesLog(path, { append: true }));
    const lines = readFileSync(path, "utf8").split("\n");
    expect(lines[0]).toBe('{"event":"epoch","ep');
    expect(JSON.parse(lines[1] ?? "")).toEqual(EPOCH);
    await play(jsonLinesLog(path, { append: true }));
    expect(readFileSync(path, "utf8").split("\n")).toHaveLength(4);
    await play(jsonLinesLog(path));
    expect(read(path)).toEqual([EPOCH]);
    await play(jsonLinesLog(join(root, "new.jsonl"), { append: true }));
    expect(read(join(root, "new.jsonl"))).toEqual([EPOCH]);
  });

  test("writes to a stream, leaves it open and passes its errors on", async () => {
    let text = "";
    const stream = new Writable({
      write(chunk, _encoding, done) {
        text += chunk;
        done();
      },
    });
    const callback = jsonLinesLog(stream);
    await play(callback);
    await callback.onTrainEnd?.({ ...run, stopReason: null });
    expect(text.split("\n")).toHaveLength(3);
    expect(stream.writable).toBe(true);
    const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error("full")) });
    broken.on("error", () => {});
    await expect(play(jsonLinesLog(broken))).rejects.toThrow("full");
  });

  test("fails before the first epoch when the file cannot be written", async () => {
    await expect(play(jsonLinesLog(root))).rejects.toThrow("EISDIR");
    expect(() => jsonLinesLog("a", { everySteps: 1.5 })).toThrow(
      "jsonLinesLog: expected everySteps to be an integer from 1, got 1.5",
    );
  });
});
