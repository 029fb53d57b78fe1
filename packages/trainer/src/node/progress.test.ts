/// <reference types="node" />
import { PassThrough } from "node:stream";
import { activateBackend, describeCallback } from "@kindling/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { progress } from "./index.ts";

beforeAll(() => activateBackend("cpu"));

/** A stream that collects what is written, and says that it is a terminal, or not. */
function sink(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 100 });
  stream.setEncoding("utf8");
  return { stream, text: (): string => stream.read() ?? "" };
}

describeCallback("progress", { make: () => progress({ stream: sink(true).stream }) });

describe("progress", () => {
  const run = { epochs: 5, batches: 4, stop() {} };
  const end = { ...run, epoch: 1, metrics: { trainLoss: 0.25 }, seconds: 2 };
  const LINE = "epoch 1/5 · trainLoss 0.2500 · 2.0 s\n";

  /** Plays one epoch; returns how often the loss was read. */
  const epoch = async (callback: ReturnType<typeof progress>, batches = 4): Promise<number> => {
    let reads = 0;
    const loss = async () => {
      reads++;
      return 0.5;
    };
    await callback.onEpochStart?.({ ...run, batches, epoch: 1 });
    for (let batch = 1; batch <= 4; batch++) {
      await callback.onBatchEnd?.({ ...run, batches, epoch: 1, batch, step: batch, loss });
    }
    await callback.onEpochEnd?.({ ...end, batches });
    await callback.onTrainEnd?.({ ...run, batches, stopReason: null });
    return reads;
  };

  test("writes only lines where there is no terminal, and reads no loss", async () => {
    const { stream, text } = sink(false);
    expect(await epoch(progress({ stream, refreshMs: 0 }))).toBe(0);
    expect(text()).toBe(LINE);
  });

  test("draws a bar in a terminal, cleared for the epoch's line", async () => {
    const { stream, text } = sink(true);
    await epoch(progress({ stream, refreshMs: 0 }));
    const drawn = text();
    expect(drawn).toMatch(/epoch 1\/5 \[-{16}\] 0\/4 · loss – · – it\/s · ETA –/);
    expect(drawn).toMatch(/epoch 1\/5 \[={16}\] 4\/4 · loss 0\.5000 · [\d.e+]+ it\/s · ETA 0s/);
    expect(drawn.endsWith(`\u001b[2K${LINE}`)).toBe(true);
  });

  test("reads the loss no more often than it refreshes, and at the end", async () => {
    expect(await epoch(progress({ stream: sink(true).stream, refreshMs: 60_000 }))).toBe(1);
    expect(await epoch(progress({ stream: sink(true).stream, refreshMs: 0 }))).toBe(4);
  });

  test("counts only, where nobody knows how many batches there are", async () => {
    const { stream, text } = sink(true);
    await epoch(progress({ stream, refreshMs: 0 }), Number.POSITIVE_INFINITY);
    expect(text()).toMatch(/epoch 1\/5 batch 0 · loss –/);
  });

  test("takes the bar away when the run ends in an epoch, and says why", async () => {
    const { stream, text } = sink(true);
    const callback = progress({ stream });
    await callback.onEpochStart?.({ ...run, epoch: 1 });
    await callback.onTrainEnd?.({ ...run, stopReason: "interrupted" });
    expect(text().endsWith("\u001b[2Kstopped: interrupted\n")).toBe(true);
  });
});
