/// <reference types="node" />
import { appendFile, mkdir, open, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { ArgumentError } from "@kindling/core";
import type { Callback } from "@kindling/trainer";

/** What {@link jsonLinesLog} takes besides its target. */
export interface JsonLinesLogOptions {
  /** Also a line for every n-th step, with its loss; each is read from the device. @defaultValue none */
  everySteps?: number;
  /** Keep what the file has, as for a run that is resumed. @defaultValue false */
  append?: boolean;
}

/**
 * Writes one JSON object a line: `{"event":"epoch","epoch":1,"trainLoss":0.3,…,"seconds":12.4}`,
 * `{"event":"step","epoch":1,"step":10,"loss":0.4}`, and at the end `{"event":"end","stopReason":null}`,
 * with `error` when the run failed.
 *
 * A line is one write, before the run goes on: after a crash every line but at most the last can be read.
 * JSON has no NaN and infinities; they are the strings "NaN", "Infinity" and "-Infinity", as in
 * protobuf's JSON.
 *
 * @param target - a file's path, folders on the way are made; or a stream, which is left open.
 * @throws {ArgumentError} when `everySteps` is not an integer from 1.
 *
 * @example
 * ```ts
 * jsonLinesLog("runs/first.jsonl", { everySteps: 10 });
 * ```
 */
export function jsonLinesLog(
  target: string | NodeJS.WritableStream,
  { everySteps, append = false }: JsonLinesLogOptions = {},
): Callback {
  if (everySteps !== undefined && !(Number.isInteger(everySteps) && everySteps >= 1)) {
    throw new ArgumentError(
      `jsonLinesLog: expected everySteps to be an integer from 1, got ${everySteps}`,
    );
  }
  let error: string | undefined;
  const write = (value: object): Promise<void> => {
    const line = `${JSON.stringify(value, withoutLoss)}\n`;
    return typeof target === "string" ? appendFile(target, line) : written(target, line);
  };

  return {
    name: "jsonLinesLog",

    async onTrainStart() {
      error = undefined;
      if (typeof target !== "string") return;
      await mkdir(dirname(target), { recursive: true });
      if (append) await endLastLine(target);
      else await writeFile(target, "");
    },

    async onBatchEnd({ epoch, step, loss }) {
      if (everySteps === undefined || step % everySteps !== 0) return;
      await write({ event: "step", epoch, step, loss: await loss() });
    },

    async onEpochEnd({ epoch, metrics, seconds }) {
      await write({ event: "epoch", epoch, ...metrics, seconds });
    },

    onError(context) {
      error = String(context.error);
    },

    async onTrainEnd({ stopReason }) {
      await write({ event: "end", stopReason, error });
    },
  };
}

function withoutLoss(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

function written(stream: NodeJS.WritableStream, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(line, (error) => (error ? reject(error) : resolve()));
  });
}

/** A crash may have left a part of a line: what follows must not become its end. */
async function endLastLine(path: string): Promise<void> {
  const file = await open(path, "a+");
  try {
    const { size } = await file.stat();
    if (size === 0) return;
    const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: size - 1 });
    if (buffer[0] !== 0x0a) await file.appendFile("\n");
  } finally {
    await file.close();
  }
}
