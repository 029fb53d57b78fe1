// The front door: the course notebook's network on MNIST, in PyTorch's way of working.
// Prints what PyTorch prints for the same seed: the model, and the losses to the third decimal.
import { wasm } from "@kindling/backend-wasm";
import { manualSeed, selectBackend } from "@kindling/core";
import { DataLoader, mnist, randomSplit } from "@kindling/datasets";
import {
  Conv2d,
  CrossEntropyLoss,
  flatten,
  Linear,
  MaxPool2d,
  Module,
  relu,
} from "@kindling/layers";
import { Accuracy } from "@kindling/metrics";
import { Adam } from "@kindling/optim";
import { consoleLog, Trainer } from "@kindling/trainer";
import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";

class Cnn extends Module<Tensor4D, Tensor2D> {
  conv1 = new Conv2d(1, 8, { kernelSize: 3, padding: 1 });
  conv2 = new Conv2d(8, 16, { kernelSize: 3, padding: 1 });
  conv3 = new Conv2d(16, 32, { kernelSize: 3, padding: 1 });
  pool1 = new MaxPool2d(2);
  pool2 = new MaxPool2d(2);
  fc = new Linear(32 * 7 * 7, 10);

  override forward(x: Tensor4D): Tensor2D {
    x = this.pool1.forward(relu(this.conv1.forward(x)));
    x = this.pool2.forward(relu(this.conv2.forward(x)));
    x = relu(this.conv3.forward(x));
    return this.fc.forward(flatten(x)); // [n, 1568] -> [n, 10]
  }
}

await selectBackend([wasm()]);
manualSeed(0);
const [train, validation] = randomSplit(await mnist({ train: true }), [0.8, 0.2]);
const trainLoader = new DataLoader(train, { batchSize: 64, shuffle: true });
const validationLoader = new DataLoader(validation, { batchSize: 64, shuffle: true });
const model = new Cnn();
console.log(String(model));

const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
const trainer = new Trainer({
  model,
  loss: new CrossEntropyLoss(),
  optimizer,
  metrics: { accuracy: new Accuracy() },
  callbacks: [consoleLog()],
});
await trainer.fit(trainLoader, { epochs: 5, validation: validationLoader });
const { accuracy } = await trainer.evaluate(
  new DataLoader(await mnist({ train: false }), { batchSize: 64 }),
);
console.log(`test accuracy ${(100 * accuracy).toFixed(2)} %`);
