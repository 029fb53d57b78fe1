/// <reference types="node" />
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { stringify } from "csv-stringify/sync";
import type { Callback } from "../callback.ts";

/** Where {@link csvLog} writes. */
export interface CsvLogOptions {
  /** Path of the file; folders on the way are made, and each `fit` starts the file anew. */
  file: string;
}

/**
 * Writes one row an epoch to a CSV file: `epoch`, each metric, `seconds`.
 *
 * A row is on disk before the next epoch starts, so a crash keeps the rows written.
 *
 * @example
 * ```ts
 * const log = csvLog({ file: "runs/first.csv" });
 * await new Trainer({ model, loss, optimizer, callbacks: [log] }).fit(loader, { epochs: 2, validation });
 * const rows = (await readFile("runs/first.csv", "utf8")).split("\n");
 * rows[0]; // => "epoch,trainLoss,valLoss,seconds"
 * ```
 */
export function csvLog({ file }: CsvLogOptions): Callback {
  let columns: readonly string[] | null = null;

  return {
    name: "csvLog",

    async onTrainStart() {
      columns = null;
      await mkdir(dirname(file), { recursive: true });
      // Now rather than at the first row: a path that cannot be written should not cost an epoch.
      await writeFile(file, "");
    },

    async onEpochEnd({ epoch, metrics, seconds }) {
      const row = { epoch, ...metrics, seconds };
      const header = columns === null;
      columns ??= Object.keys(row);
      await appendFile(file, stringify([row], { columns, header }));
    },
  };
}
