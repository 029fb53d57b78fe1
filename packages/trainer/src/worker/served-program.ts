// For training-worker.test.ts, which runs it in a worker thread.
/// <reference types="node" />
import { parentPort } from "node:worker_threads";
import "@tensorflow/tfjs-backend-cpu";
import { Descent, LinearModel, Rows, SquaredError } from "../fakes.ts";
import { type EpochRecord, serveTraining, Trainer } from "../index.ts";

export interface Settings {
  readonly epochs: number;
  readonly batches: number;
  /** What goes wrong, and when: the worker's own end, or an error in the run. */
  readonly fault?: "exit" | "throw";
}

export interface Outcome {
  readonly records: readonly EpochRecord[];
  readonly steps: number;
}

if (parentPort !== null) {
  serveTraining<Settings, Outcome>(
    parentPort,
    async ({ options: { epochs, batches, fault }, callback, pausable }) => {
      const model = new LinearModel();
      let steps = 0;
      const trainer = new Trainer({
        model,
        loss: new SquaredError(),
        optimizer: new Descent(model.weight),
        callbacks: [
          {
            name: "count",
            onBatchEnd({ step }) {
              steps = step;
              if (step === 3 && fault === "exit") process.exit(7);
              if (step === 3 && fault === "throw") throw new RangeError("a fault");
            },
          },
          callback,
        ],
      });
      const rows = new Rows(...Array<number>(batches).fill(2));
      const records = await trainer.fit(rows, { epochs, validation: pausable(new Rows(1)) });
      model.dispose();
      return { records, steps };
    },
    { reportMs: 0 },
  );
}
