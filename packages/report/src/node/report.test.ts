/// <reference types="node" />
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { activateBackend, describeCallback } from "@kindling/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environment, type Report, report } from "./index.ts";

const root = mkdtempSync(join(tmpdir(), "kindling-report-"));
const path = join(root, "deep", "report.html");
beforeAll(() => activateBackend("cpu"));
afterAll(() => rmSync(root, { recursive: true }));

describeCallback("report", { make: () => report({ path: join(root, "contract.html") }) });

const run = { epochs: 2, batches: 2, stop() {} };
const end = { ...run, stopReason: null };
const page = (): string => readFileSync(path, "utf8");

async function play(callback: Report, ...epochs: number[]): Promise<void> {
  await callback.onTrainStart?.({ ...run, higherIsBetter: {} });
  for (const epoch of epochs) {
    const metrics = { trainLoss: 1 / epoch };
    await callback.onEpochEnd?.({ ...run, epoch, metrics, seconds: 1 });
  }
}

describe("report", () => {
  test("writes the page at the end, with the environment, and leaves no other file", async () => {
    const callback = report({ path, title: "First", configuration: { lr: 0.1 } });
    await play(callback, 1, 2);
    await callback.onTrainEnd?.(end);
    expect(page()).toContain("<h1>First</h1>");
    expect(page()).toContain('<td class="best">0.5000</td>');
    expect(page()).toContain(process.version);
    expect(readdirSync(join(root, "deep"))).toEqual(["report.html"]);
  });

  test("writes the error of a failed run, and why one was stopped", async () => {
    const failed = report({ path });
    await play(failed, 1);
    await failed.onError?.({ ...run, error: new Error("it broke") });
    await failed.onTrainEnd?.(end);
    expect(page()).toContain("Error: it broke");
    expect(page()).toContain("1 epoch · 1.0 s · failed");
    await play(failed, 1);
    await failed.onError?.({ ...run, error: undefined });
    await failed.onTrainEnd?.(end);
    expect(page()).toContain("Error: undefined");
    // The next run of the same callback has no error.
    await play(failed, 1, 2);
    await failed.onTrainEnd?.({ ...run, stopReason: "enough" });
    expect(page()).not.toContain("it broke");
    expect(page()).toContain("stopped: enough");
  });

  test("asks for details at the end, and writes the page without them when they fail", async () => {
    const callback = report({ path, details: async () => ({ configuration: { found: "late" } }) });
    await play(callback, 1);
    await callback.onTrainEnd?.(end);
    expect(page()).toContain("late");
    const broken = report({
      path,
      details() {
        throw new Error("no details");
      },
    });
    await play(broken, 1);
    await expect(broken.onTrainEnd?.(end)).rejects.toThrow("no details");
    expect(page()).toContain("Error: no details");
  });

  test("keeps the epochs before a resume, whether restored before the run or in it", async () => {
    const first = report({ path });
    await play(first, 1, 2);
    const saved = JSON.parse(JSON.stringify(first.state()));
    const before = report({ path });
    before.restore(saved);
    await play(before, 3);
    expect(before.state().rows.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    const within = report({ path });
    await play(within);
    within.restore(saved);
    expect(within.state()).toEqual(saved);
    await within.onTrainEnd?.(end);
    // The next run starts anew.
    await play(within, 1);
    expect(within.state().rows).toHaveLength(1);
  });

  test("passes on that the page cannot be written", async () => {
    const callback = report({ path: root });
    await play(callback, 1);
    await expect(callback.onTrainEnd?.(end)).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(readdirSync(tmpdir()).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});

test("environment names the backend and versions, and nobody's host, user or folder", () => {
  const values = environment();
  expect(values).toMatchObject({ backend: "cpu", node: process.version, "tfjs-core": "4.22.0" });
  const user = process.env.USER ?? "nobody's name";
  expect(JSON.stringify(values)).not.toContain(process.cwd());
  expect(Object.values(values)).not.toContain(user);
});
