// For stop-on-signal.test.ts, which runs it in a process of its own.
/// <reference types="node" />
import { argv, stdout } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import "@tensorflow/tfjs-backend-cpu";
import { checkpoint } from "../checkpoint/index.ts";
import { Descent, LinearModel, Rows, SquaredError } from "../fakes.ts";
import { type Callback, Trainer } from "../index.ts";
import { fileStore, stopOnSignal } from "./index.ts";

const [, , folder = "", hang] = argv;
const model = new LinearModel();
const saving = checkpoint({
  store: fileStore(folder),
  model: { stateDict: async () => ({}), loadStateDict() {} },
});
const slow: Callback = {
  name: "slow",
  async onBatchEnd({ step }) {
    stdout.write(`step ${step}\n`);
    await sleep(hang === "true" ? 60_000 : 50);
  },
};
await new Trainer({
  model,
  loss: new SquaredError(),
  optimizer: new Descent(model.weight),
  callbacks: [slow, saving, stopOnSignal({ checkpoint: saving })],
}).fit(new Rows(...Array<number>(1000).fill(1)), { epochs: 1 });
