import { wasm } from "@kindling/backend-wasm";
import { manualSeed, selectBackend } from "@kindling/core";
import { DataLoader, TensorDataset } from "@kindling/datasets";
import { CrossEntropyLoss, Linear, ReLU, Sequential } from "@kindling/layers";
import { Accuracy } from "@kindling/metrics";
import { Adam, OneCycleLR } from "@kindling/optim";
import { schedule, Trainer } from "@kindling/trainer";

await selectBackend([wasm()]);
manualSeed(0);
const points = { shape: [4, 2], data: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1) };
const loader = new DataLoader(new TensorDataset(points, Int32Array.of(0, 1, 1, 0)), {
  batchSize: 4,
});
const model = new Sequential(new Linear(2, 16), new ReLU(), new Linear(16, 2));
const optimizer = new Adam(model.parameters(), { lr: 0.05 });
const trainer = new Trainer({
  model,
  loss: new CrossEntropyLoss(),
  optimizer,
  metrics: { accuracy: new Accuracy() },
  callbacks: [schedule(new OneCycleLR(optimizer, 0.05, { totalSteps: 200 }), { every: "step" })],
});
await trainer.fit(loader, { epochs: 200 });
const { accuracy } = await trainer.evaluate(loader);
if (accuracy !== 1) throw new Error(`expected xor to be learned, got ${accuracy}`);
console.log(`accuracy ${accuracy}`);
