// One network, three backends, the same losses: WebAssembly, WebGPU (a GPU, or Chromium's software driver where it is
// installed) and TensorFlow's native kernels (`npx kindling-tensorflow setup`). What is not here is left out, and why.
import { tensorflow } from "@kindling/backend-tensorflow";
import { wasm } from "@kindling/backend-wasm";
import { webgpu } from "@kindling/backend-webgpu";
import { type Backend, manualSeed, selectBackend } from "@kindling/core";
import { DataLoader, mnist, Subset } from "@kindling/datasets";
import {
  Conv2d,
  CrossEntropyLoss,
  Flatten,
  Linear,
  MaxPool2d,
  ReLU,
  Sequential,
} from "@kindling/layers";
import { Adam } from "@kindling/optim";

const STEPS = 10;
const TOLERANCE = 1e-4;

const digits = await mnist({ train: true });
const part = new Subset(
  digits,
  Array.from({ length: 16 * STEPS }, (_, i) => i),
);

/** Knows nothing of where it runs. */
async function losses(): Promise<number[]> {
  manualSeed(0);
  const model = new Sequential(
    new Conv2d(1, 8, { kernelSize: 3, padding: 1 }),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(1568, 10),
  );
  const criterion = new CrossEntropyLoss();
  const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
  const values: number[] = [];
  for await (const [images, labels] of new DataLoader(part, { batchSize: 16, shuffle: true })) {
    const loss = optimizer.step(() => criterion.forward(model.forward(images), labels));
    values.push((await loss.data())[0] ?? Number.NaN);
    loss.dispose();
  }
  model.dispose();
  optimizer.dispose();
  return values;
}

const candidates: Backend[] = [wasm(), webgpu(), tensorflow({ device: "cpu" })];
let first: number[] | null = null;
for (const candidate of candidates) {
  const reason = await candidate.unavailable();
  if (reason !== null) {
    console.log(`${candidate.name}: left out: ${reason.split(";")[0]}`);
    continue;
  }
  await selectBackend([candidate]);
  const values = await losses();
  const text = values.slice(0, 4).map((value) => value.toFixed(4));
  console.log(`${candidate.describe()}: ${text.join(", ")} … ${values.at(-1)?.toFixed(4)}`);
  first ??= values;
  const furthest = Math.max(...values.map((value, i) => Math.abs(value - (first?.[i] ?? 0))));
  if (!(furthest < TOLERANCE)) throw new Error(`${candidate.name}: ${furthest} from the first one`);
}
