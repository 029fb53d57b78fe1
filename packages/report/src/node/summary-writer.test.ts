/// <reference types="node" />
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ArgumentError } from "@kindling/core";
import { activateBackend, expectTensors } from "@kindling/testing";
import { tensor1d, tensor3d } from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SummaryWriter } from "./index.ts";
import { readEvents } from "./read-events.ts";

const root = mkdtempSync(join(tmpdir(), "kindling-events-"));
beforeAll(() => activateBackend("cpu"));
afterAll(() => rmSync(root, { recursive: true }));

describe("SummaryWriter", () => {
  let count = 0;
  const open = () => new SummaryWriter(join(root, "deep", String(count++)));

  test("has each scalar in the file when the call returns", () => {
    const writer = open();
    writer.addScalar("loss", 0.5, 1);
    expect(readEvents(writer.logDir)).toEqual([{ step: 1, tag: "loss", scalar: 0.5 }]);
    writer.addScalar("loss", Number.NaN, 2 ** 40);
    writer.addScalar("no step", 1);
    expect(readEvents(writer.logDir).slice(1)).toEqual([
      { step: 2 ** 40, tag: "loss", scalar: Number.NaN },
      { step: 0, tag: "no step", scalar: 1 },
    ]);
    writer.close();
  });

  test("takes tensors and leaves them to the caller", async () => {
    const writer = open();
    await expectTensors(async () => {
      const values = tensor1d([1, 2]);
      const image = tensor3d([0, 1], [1, 2, 1]);
      await writer.addHistogram("values", values, 1);
      await writer.addImage("image", image, 1);
      values.dispose();
      image.dispose();
    });
    expect(readEvents(writer.logDir).map(({ tag }) => tag)).toEqual(["values", "image"]);
    writer.close();
  });

  test("starts a file of its own in a folder that has one", () => {
    const first = open();
    const second = new SummaryWriter(first.logDir, { filenameSuffix: ".v2", purgeStep: 5 });
    first.close();
    second.close();
    const names = readdirSync(first.logDir);
    expect(names).toHaveLength(2);
    expect(names.filter((name) => name.endsWith(".v2"))).toHaveLength(1);
  });

  test("writes a session of hyperparameters into a folder within", () => {
    const writer = open();
    writer.addHparams(
      { lr: 0.1, name: "Adam", flag: false },
      { "hparam/loss": 2 },
      { runName: "a" },
    );
    writer.close();
    expect(readEvents(join(writer.logDir, "a"))).toEqual([
      { step: 0, tag: "_hparams_/experiment" },
      { step: 0, tag: "_hparams_/session_start_info" },
      { step: 0, tag: "_hparams_/session_end_info" },
      { step: 0, tag: "hparam/loss", scalar: 2 },
    ]);
  });

  test("says what is wrong with an argument, and writes nothing then", async () => {
    const writer = open();
    expect(() => writer.addScalar("loss", 1, -1)).toThrow(
      "addScalar: expected a step that is an integer from 0, got -1",
    );
    expect(() => writer.addText("notes", "", 1.5)).toThrow(ArgumentError);
    expect(() => writer.addScalar("loss", "1" as unknown as number)).toThrow(
      'addScalar: expected a number for "loss", got string',
    );
    expect(() => writer.addHparams({ lr: null as unknown as number }, {})).toThrow(
      'addHparams: expected a number, string or boolean for "lr", got object',
    );
    await expect(writer.addHistogram("none", [Number.NaN])).rejects.toThrow(
      'addHistogram: expected a finite value in "none", got none of 1',
    );
    const image = { shape: [2, 2], data: new Uint8Array(4) };
    await expect(writer.addImage("image", image)).rejects.toThrow(
      "addImage: expected HWC with 1, 3 or 4 channels, got [2, 2] of 4 values",
    );
    await writer.addImage("image", image, 1, { dataformats: "HW" });
    expect(readEvents(writer.logDir)).toEqual([{ step: 1, tag: "image" }]);
    writer.close();
  });

  test("refuses what is added after close", () => {
    const writer = open();
    writer.close();
    writer.close();
    expect(() => writer.addScalar("loss", 1)).toThrow(
      "SummaryWriter: expected an open writer, got one that was closed",
    );
    expect(() => writer.flush()).toThrow(ArgumentError);
  });
});
