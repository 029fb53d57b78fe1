// What the MNIST training set costs to hold, and a batch of 64 to prepare, on the wasm backend.
// Run: node --import tsx --conditions=@kindling/source --expose-gc benchmarks/data.ts
import { cpus } from "node:os";
import { wasm } from "@kindling/backend-wasm";
import { manualSeed, selectBackend } from "@kindling/core";
import {
  compose,
  DataLoader,
  type DataLoaderOptions,
  type LabelledBatch,
  mnist,
  normalize,
  randomCrop,
  randomHorizontalFlip,
  randomRotation,
  toTensor,
} from "@kindling/datasets";

const BATCH_SIZE = 64;
const LOADERS: Readonly<Record<string, DataLoaderOptions>> = {
  plain: {},
  normalized: { transform: compose(toTensor(), normalize(0.1307, 0.3081)) },
  cropAndFlip: { transform: compose(randomCrop(28, { padding: 2 }), randomHorizontalFlip()) },
  rotation: { transform: randomRotation(10) },
};

await selectBackend(wasm());
manualSeed(0);
const before = held();
const started = performance.now();
const train = await mnist({ train: true });
const loadMs = performance.now() - started;
const after = held();

const batchMs: Record<string, number> = {};
for (const [name, options] of Object.entries(LOADERS)) {
  const loader = new DataLoader(train, { batchSize: BATCH_SIZE, shuffle: true, ...options });
  await millisecondsEach(loader); // to warm up
  batchMs[name] = median(await millisecondsEach(loader));
}
console.log(
  JSON.stringify({
    benchmark: "data",
    machine: cpus()[0]?.model,
    node: process.version,
    samples: train.length,
    loadMs: Math.round(loadMs),
    arrayBuffersMB: mega(after.arrayBuffers - before.arrayBuffers),
    residentMB: mega(after.rss - before.rss),
    batchSize: BATCH_SIZE,
    batchMs,
  }),
);

async function millisecondsEach(loader: DataLoader<unknown, LabelledBatch>): Promise<number[]> {
  const times: number[] = [];
  let last = performance.now();
  for await (const _ of loader) {
    const now = performance.now();
    times.push(now - last);
    last = now;
  }
  return times;
}

function held(): NodeJS.MemoryUsage {
  globalThis.gc?.();
  return process.memoryUsage();
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Number((sorted[Math.floor(sorted.length / 2)] as number).toFixed(4));
}

function mega(bytes: number): number {
  return Number((bytes / 1e6).toFixed(2));
}
