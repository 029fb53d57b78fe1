/// <reference types="node" />
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { activateBackend, describeCallback } from "@kindling/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Descent, LinearModel, Rows, SquaredError, SumOfOutputs } from "../fakes.ts";
import { type Callback, Trainer } from "../index.ts";
import { csvLog } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "kindling-csv-"));
beforeAll(() => activateBackend("cpu"));
afterAll(() => rmSync(folder, { recursive: true }));

describeCallback("csvLog", { make: () => csvLog({ file: join(folder, "contract.csv") }) });

describe("csvLog", () => {
  const fit = async (file: string, epochs: number, others: Callback[] = []): Promise<void> => {
    const model = new LinearModel();
    const total = new SumOfOutputs();
    try {
      const trainer = new Trainer({
        model,
        loss: new SquaredError(),
        optimizer: new Descent(model.weight),
        // A key that CSV has to quote.
        metrics: { 'total, "all"': total },
        callbacks: [csvLog({ file }), ...others],
      });
      await trainer.fit(new Rows(2), { epochs, validation: new Rows(1) });
    } finally {
      model.dispose();
      total.dispose();
    }
  };
  const HEADER = 'epoch,trainLoss,"trainTotal, ""all""",valLoss,"valTotal, ""all""",seconds';

  test("writes a header and a row an epoch, making the folder", async () => {
    const file = join(folder, "deep", "er", "log.csv");
    await fit(file, 2);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(lines[0]).toBe(HEADER);
    expect(lines.slice(1).map((line) => line.split(",").length)).toEqual([6, 6]);
    expect(lines[1]).toMatch(/^1,17,0,/);
    // A second run starts the file anew.
    await fit(file, 1);
    expect(readFileSync(file, "utf8").trimEnd().split("\n")).toHaveLength(2);
  });

  test("has each row on disk before the next epoch, and keeps them when the run fails", async () => {
    const file = join(folder, "crash.csv");
    const rows: number[] = [];
    const crash: Callback = {
      name: "crash",
      onEpochStart({ epoch }) {
        rows.push(readFileSync(file, "utf8").split("\n").length - 1);
        if (epoch === 3) throw new Error("crash");
      },
    };
    await expect(fit(file, 5, [crash])).rejects.toThrow("crash");
    expect(rows).toEqual([0, 2, 3]);
    expect(readFileSync(file, "utf8").trimEnd().split("\n")).toHaveLength(3);
  });

  test("writes NaN and infinity as such", async () => {
    const file = join(folder, "nan.csv");
    const callback = csvLog({ file });
    const run = { epochs: 1, batches: 1, stop() {} };
    await callback.onTrainStart?.({ ...run, higherIsBetter: {} });
    const metrics = { trainLoss: Number.NaN, valLoss: Number.POSITIVE_INFINITY };
    await callback.onEpochEnd?.({ ...run, epoch: 1, metrics, seconds: 0.25 });
    expect(readFileSync(file, "utf8")).toBe(
      "epoch,trainLoss,valLoss,seconds\n1,NaN,Infinity,0.25\n",
    );
  });

  test("fails before the first epoch when the file cannot be written", async () => {
    await expect(fit(folder, 1)).rejects.toThrow(
      'Trainer: callback "csvLog" failed in onTrainStart: EISDIR',
    );
  });
});
