// What the Trainer costs: an epoch with progress, a metric and clipping, against loops written by hand, one that
// does the same and one that only trains. The reference network, interleaved in one process; prints medians, also of
// processor time, which tells what others on the machine add to the rest.
// Usage: node --conditions=@kindling/source --import tsx trainer-tax.ts [--rounds 21] [--steps 100] [--batch 64]
import { PassThrough } from "node:stream";
import { parseArgs } from "node:util";
import { wasm } from "@kindling/backend-wasm";
import { manualSeed, selectBackend } from "@kindling/core";
import { DataLoader, type LabelledBatch, mnist } from "@kindling/datasets";
import { CrossEntropyLoss } from "@kindling/layers";
import { Accuracy } from "@kindling/metrics";
import { Adam, clipGradNorm } from "@kindling/optim";
import { clipGradients, Trainer } from "@kindling/trainer";
import { progress } from "@kindling/trainer/node";
import {
  add,
  dispose,
  keep,
  type Scalar,
  scalar,
  type Tensor2D,
  tidy,
} from "@tensorflow/tfjs-core";
import { Cnn } from "mnist-demo/model";
import { median, rounded } from "./race.ts";
import { machine } from "./results.ts";

const MAX_NORM = 1;
/** The most that the Trainer may cost over the same loop written by hand. */
const CEILING = 1.05;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "21" },
    steps: { type: "string", default: "100" },
    batch: { type: "string", default: "64" },
  },
});
const [rounds, steps, batchSize] = [values.rounds, values.steps, values.batch].map(Number) as [
  number,
  number,
  number,
];

await selectBackend(wasm());
manualSeed(0);
const loader = new DataLoader(await mnist({ train: true }), { batchSize });
const criterion = new CrossEntropyLoss();
const accuracy = new Accuracy();

const contenders: Readonly<Record<string, () => Promise<void>>> = {
  trainer: withTrainer(),
  byHand: byHand(),
  bare: bare(),
};
const times = samples();
const cpuTimes = samples();
for (let round = -1; round < rounds; round++) {
  for (const [name, train] of shuffled(Object.entries(contenders))) {
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    await train();
    const [ms, used] = [performance.now() - start, process.cpuUsage(cpu)];
    if (round < 0) continue; // to warm up
    times[name]?.push(ms / steps);
    cpuTimes[name]?.push((used.user + used.system) / 1000 / steps);
  }
}
const tax = ratio(times, "byHand");
console.log(
  JSON.stringify({
    benchmark: "trainer-tax",
    machine: machine(),
    ...{ rounds, steps, batch: batchSize },
    msPerStep: Object.fromEntries(Object.entries(times).map(([k, v]) => [k, rounded(median(v))])),
    trainerToByHand: { wall: tax, cpu: ratio(cpuTimes, "byHand") },
    trainerToBare: { wall: ratio(times, "bare"), cpu: ratio(cpuTimes, "bare") },
  }),
);
if (tax > CEILING) {
  console.error(`trainer-tax: expected at most ${CEILING} times the loop by hand, got ${tax}`);
  process.exitCode = 1;
}

function samples(): Record<string, number[]> {
  return Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
}

/** The median of the ratios within a round. */
function ratio(all: Readonly<Record<string, readonly number[]>>, to: string): number {
  const others = all[to] ?? [];
  return rounded(median((all.trainer ?? []).map((ms, round) => ms / (others[round] as number))));
}

function parts() {
  const model = new Cnn();
  return { model, optimizer: new Adam(model.parameters(), { lr: 1e-3 }) };
}

function withTrainer(): () => Promise<void> {
  const { model, optimizer } = parts();
  // A terminal, so that the bar is drawn and reads the loss; what it writes goes nowhere.
  const stream = Object.assign(new PassThrough().resume(), { isTTY: true, columns: 100 });
  const callbacks = [progress({ stream }), clipGradients(optimizer, { maxNorm: MAX_NORM })];
  const metrics = { accuracy };
  const run = new Trainer({ model, loss: criterion, optimizer, metrics, callbacks });
  return async () => void (await run.fit(loader, { epochs: 1, limitTrainBatches: steps }));
}

/** The same work as a PyTorch user writes it: mean loss and accuracy of the epoch, read once. */
function byHand(): () => Promise<void> {
  const { model, optimizer } = parts();
  optimizer.registerGradientHook((gradients) => clipGradNorm(gradients, MAX_NORM).dispose());
  return async () => {
    let total: Scalar = scalar(0);
    accuracy.reset();
    await firstBatches(([images, labels]) => {
      tidy(() => {
        let scores: Tensor2D | undefined;
        const loss = optimizer.step(() => {
          scores = keep(model.forward(images));
          return criterion.forward(scores, labels);
        });
        if (scores !== undefined) accuracy.update(scores, labels);
        dispose(scores);
        const previous = total;
        total = keep(add(previous, loss));
        previous.dispose();
      });
    });
    await total.data();
    await accuracy.compute();
    total.dispose();
  };
}

function bare(): () => Promise<void> {
  const { model, optimizer } = parts();
  return () =>
    firstBatches(([images, labels]) => {
      optimizer.step(() => criterion.forward(model.forward(images), labels)).dispose();
    });
}

async function firstBatches(train: (batch: LabelledBatch) => void): Promise<void> {
  let count = 0;
  for await (const batch of loader) {
    train(batch);
    if (++count === steps) break;
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  const keyed = items.map((item) => ({ item, key: Math.random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
