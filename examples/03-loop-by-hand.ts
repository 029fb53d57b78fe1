// The same training without Trainer: one epoch over a tenth of MNIST, every step in view.
import { wasm } from "@kindling/backend-wasm";
import { manualSeed, selectBackend } from "@kindling/core";
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
import { accuracy } from "@kindling/metrics";
import { Adam } from "@kindling/optim";
import { tidy } from "@tensorflow/tfjs-core";

await selectBackend([wasm()]);
manualSeed(0);
const train = await mnist({ train: true });
const test = await mnist({ train: false });
const tenth = Array.from({ length: train.length / 10 }, (_, i) => 10 * i);
const trainLoader = new DataLoader(new Subset(train, tenth), { batchSize: 64, shuffle: true });

const model = new Sequential(
  new Conv2d(1, 8, { kernelSize: 3, padding: 1 }),
  new ReLU(),
  new MaxPool2d(2),
  new Flatten(),
  new Linear(8 * 14 * 14, 10),
);
const criterion = new CrossEntropyLoss();
const optimizer = new Adam(model.parameters(), { lr: 1e-3 });

let step = 0;
for await (const [images, labels] of trainLoader) {
  const loss = optimizer.step(() => criterion.forward(model.forward(images), labels));
  if (step++ % 20 === 0) console.log(`step ${step}: loss ${(await loss.data())[0]?.toFixed(4)}`);
  loss.dispose();
}

model.eval();
let correct = 0;
for await (const [images, labels] of new DataLoader(test, { batchSize: 500 })) {
  const share = tidy(() => accuracy(model.forward(images), labels));
  correct += ((await share.data())[0] ?? 0) * images.shape[0];
  share.dispose();
}
const percent = (100 * correct) / test.length;
console.log(`test accuracy ${percent.toFixed(2)} %`);
// PyTorch, seeded alike, says the same; a rounded sum may move some images of the 10,000.
if (!(Math.abs(percent - 84.27) < 0.2)) throw new Error("expected PyTorch's 84.27 %");
