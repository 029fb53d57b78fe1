// A model that PyTorch trained (data/make_digits.py): its weights by safetensors, its logits to compare with.
import { readFile } from "node:fs/promises";
import { wasm } from "@kindling/backend-wasm";
import { selectBackend } from "@kindling/core";
import { DataLoader, mnist } from "@kindling/datasets";
import {
  BatchNorm2d,
  Conv2d,
  Flatten,
  Linear,
  MaxPool2d,
  ReLU,
  Sequential,
} from "@kindling/layers";
import { accuracy } from "@kindling/metrics";
import { decodeSafetensors, encodeSafetensors, toStateDict } from "@kindling/safetensors";
import { tidy } from "@tensorflow/tfjs-core";

const TOLERANCE = 1e-5; // of 1 + |logit|
const read = (name: string) => readFile(new URL(`data/${name}`, import.meta.url));

await selectBackend([wasm()]);
const model = new Sequential(
  new Conv2d(1, 4, { kernelSize: 3, padding: 1 }),
  new BatchNorm2d(4),
  new ReLU(),
  new MaxPool2d(2),
  new Conv2d(4, 8, { kernelSize: 3, padding: 1 }),
  new ReLU(),
  new MaxPool2d(2),
  new Flatten(),
  new Linear(392, 10),
);
const { tensors } = decodeSafetensors(await read("digits.safetensors"));
model.loadStateDict(toStateDict(tensors)); // strict: every name and shape must fit
model.eval();
console.log(`${Object.keys(tensors).length} tensors of PyTorch's`);

const expected: { logits: number[][] } = JSON.parse(String(await read("digits.json")));
let right = 0;
let furthest: number | null = null;
for await (const [images, labels] of new DataLoader(await mnist({ train: false }), {
  batchSize: 1000,
})) {
  const logits = tidy(() => model.forward(images));
  const values = await logits.data();
  const distance = (logit: number, i: number) =>
    Math.abs(logit - (values[i] ?? 0)) / (1 + Math.abs(logit));
  furthest ??= Math.max(...expected.logits.flat().map(distance));
  const share = tidy(() => accuracy(logits, labels));
  right += ((await share.data())[0] ?? 0) * images.shape[0];
  logits.dispose();
  share.dispose();
}
console.log(
  `logits within ${furthest?.toExponential(1)} of PyTorch's, accuracy ${(right / 100).toFixed(2)} %`,
);
if (!(furthest !== null && furthest < TOLERANCE)) throw new Error(`expected ${TOLERANCE}`);

// The way back: torch.load_state_dict(safetensors.torch.load_file(path), strict=True) reads these bytes.
const file = encodeSafetensors(await model.stateDict(), { format: "pt" });
console.log(`written again: ${file.byteLength} bytes`);
