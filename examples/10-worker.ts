// Training in a worker thread, with pause, resume and stop from the main one, which stays free. The same two classes
// work in a browser, where the worker is `new Worker(url, { type: "module" })`.
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { wasm } from "@kindling/backend-wasm";
import { manualSeed, selectBackend } from "@kindling/core";
import { DataLoader, mnist } from "@kindling/datasets";
import { CrossEntropyLoss, Flatten, Linear, Sequential } from "@kindling/layers";
import { SGD } from "@kindling/optim";
import { type Callback, serveTraining, Trainer, TrainingWorker } from "@kindling/trainer";

interface Settings {
  epochs: number;
}

interface Result {
  epochs: number;
  loss: number;
}

if (isMainThread) await control();
else if (parentPort !== null) serveTraining<Settings, Result>(parentPort, train);

async function train({ options, callback }: { options: Settings; callback: Callback }) {
  await selectBackend([wasm()]);
  manualSeed(0);
  const model = new Sequential(new Flatten(), new Linear(784, 10));
  const trainer = new Trainer({
    model,
    loss: new CrossEntropyLoss(),
    optimizer: new SGD(model.parameters(), { lr: 0.1 }),
    callbacks: [callback],
  });
  const loader = new DataLoader(await mnist({ train: true }), { batchSize: 64, shuffle: true });
  const history = await trainer.fit(loader, { epochs: options.epochs });
  return { epochs: history.length, loss: history.at(-1)?.trainLoss ?? Number.NaN };
}

async function control() {
  // A program that is compiled says new Worker(new URL("./worker.js", import.meta.url)). This one is run by tsx, which
  // a worker has to be told of.
  const program = JSON.stringify(import.meta.url);
  const code = `import("tsx/esm/api").then(({ register }) => (register(), import(${program})));`;
  const execArgv = process.execArgv.filter((flag) => flag.startsWith("--conditions"));
  const worker = new Worker(code, { eval: true, execArgv });
  let steps = 0;
  const training = new TrainingWorker<Settings, Result>(worker, {
    onProgress: ({ step }) => {
      steps = step;
    },
    onEpoch: ({ epoch, trainLoss }) => console.log(`epoch ${epoch}: loss ${trainLoss.toFixed(3)}`),
  });
  const result = training.start({ epochs: 100 });
  while (steps < 1000) await new Promise((resolve) => setTimeout(resolve, 10));
  await training.pause();
  const paused = steps;
  await new Promise((resolve) => setTimeout(resolve, 300));
  console.log(`paused at step ${paused}; 300 ms later at step ${steps}`);
  if (steps !== paused) throw new Error("expected no step during the pause");
  training.resume();
  while (steps < 2000) await new Promise((resolve) => setTimeout(resolve, 10));
  training.stop();
  const { epochs, loss } = await result;
  console.log(`stopped after ${epochs} epochs, loss ${loss.toFixed(3)}`);
  if (!(epochs < 100 && loss < 0.5)) throw new Error("expected to have learned, and stopped early");
  await worker.terminate();
}
