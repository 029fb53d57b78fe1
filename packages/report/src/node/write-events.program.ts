/// <reference types="node" />
// For parity/check_tensorboard.py: writes event files into a folder, and to stdout as JSON what is in them.
import { tensor1d, tensor3d } from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { SummaryWriter, tensorBoard } from "./index.ts";

const [folder = "."] = process.argv.slice(2);
const wave = Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 10 ** ((i % 9) - 6));
const histograms = {
  wave: [...wave, 0, -0.5],
  // Of torch's default range, and just outside of it.
  edges: [1e-13, -1e-13, 1e-12, 1.1e-12, 5e19, -5e19],
  constant: [2, 2, 2],
  zero: [0],
};
const scalars = [0.25, 1e-30, -3, Number.NaN, Number.POSITIVE_INFINITY];
const grey = Array.from({ length: 6 }, (_, i) => i / 5);
const text = "# Notes\n\nä, 日本, 😀 and <b>bold</b>";
const hparams = { lr: 0.001, optimizer: "Adam", nesterov: true };
const walltime = 1_700_000_000.5;

const writer = new SummaryWriter(`${folder}/writer`);
scalars.forEach((value, i) => {
  writer.addScalar("loss/train", value, i, { walltime: walltime + i });
});
// Beyond 32 bits.
writer.addScalar("late", 1, 2 ** 40);
for (const [tag, values] of Object.entries(histograms)) await writer.addHistogram(tag, values, 7);
const tensor = tensor1d([1, 2, Number.NaN, 3]);
await writer.addHistogram("tensor", tensor, 8);
tensor.dispose();
const image = tensor3d(grey, [2, 3, 1]);
await writer.addImage("grey", image, 1);
image.dispose();
const rgb = { shape: [3, 1, 2], data: Uint8Array.of(255, 0, 10, 20, 128, 64) };
await writer.addImage("rgb", rgb, 2, { dataformats: "CHW" });
writer.addText("notes", text, 3);
writer.addHparams(hparams, { "hparam/accuracy": 0.75 }, { runName: "session" });
writer.flush();
writer.close();

// A crash after step 4, and the run that goes on from step 3.
const crashed = new SummaryWriter(`${folder}/resumed`);
for (let step = 1; step <= 4; step++) crashed.addScalar("loss", step, step);
crashed.close();
const resumed = new SummaryWriter(`${folder}/resumed`, { purgeStep: 3 });
for (let step = 3; step <= 5; step++) resumed.addScalar("loss", 10 * step, step);
resumed.close();

const callback = tensorBoard({
  folder: `${folder}/callback`,
  everySteps: 2,
  hyperparameters: hparams,
  scalars: () => ({ lr: 0.5 }),
  model: { stateDict: async () => ({ "fc.weight": { data: Float32Array.of(1, -1, 2) } }) },
});
const run = { epochs: 2, batches: 2, stop() {} };
await callback.onTrainStart?.({ ...run, higherIsBetter: { trainLoss: false, valLoss: false } });
for (let epoch = 1; epoch <= 2; epoch++) {
  for (let batch = 1; batch <= 2; batch++) {
    const step = 2 * (epoch - 1) + batch;
    await callback.onBatchEnd?.({ ...run, epoch, batch, step, loss: async () => 1 / step });
  }
  const metrics = { trainLoss: 1 / epoch, valLoss: 2 / epoch };
  await callback.onEpochEnd?.({ ...run, epoch, metrics, seconds: 1.5 });
}
await callback.onTrainEnd?.({ ...run, stopReason: null });

const failing = tensorBoard({ folder: `${folder}/failed`, hyperparameters: hparams });
await failing.onTrainStart?.({ ...run, higherIsBetter: { trainLoss: false } });
await failing.onError?.({ ...run, error: new Error("it broke") });
await failing.onTrainEnd?.({ ...run, stopReason: null });

const numbers = scalars.map(String);
console.log(JSON.stringify({ scalars: numbers, walltime, histograms, grey, text, hparams }));
