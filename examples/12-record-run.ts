// One epoch of MNIST to 99 %, the whole dataset on the device: the recipe of github.com/tuomaso/train_mnist_fast,
// whose published time, 0.762 s, is a laptop's GTX 1660 Ti. `--seeds 10` trains as many networks.
import { parseArgs } from "node:util";
import { wasm } from "@kindling/backend-wasm";
import { defaultGenerator, manualSeed, selectBackend } from "@kindling/core";
import {
  compose,
  DataLoader,
  type LabelledBatch,
  mnist,
  normalize,
  RandomSampler,
  TensorDataset,
  toTensor,
} from "@kindling/datasets";
import {
  Conv2d,
  CrossEntropyLoss,
  Flatten,
  Linear,
  MaxPool2d,
  ReLU,
  Sequential,
} from "@kindling/layers";
import { Accuracy } from "@kindling/metrics";
import { Adam, OneCycleLR } from "@kindling/optim";
import { type Batches, schedule, Trainer } from "@kindling/trainer";
import { dispose, gather, slice, tensor1d, tidy } from "@tensorflow/tfjs-core";

const { values } = parseArgs({ options: { seeds: { type: "string", default: "1" } } });
const PUBLISHED_SECONDS = 0.762;
const EXPECTED = 0.985; // of one network
const EXPECTED_MEAN = 0.99; // of ten
const seeds = Number(values.seeds);
if (!(Number.isInteger(seeds) && seeds > 0)) {
  throw new Error(`expected --seeds to be an integer from 1, got ${values.seeds}`);
}

await selectBackend([wasm()]);
const transform = compose(toTensor(), normalize(0.1307, 0.3081));
const train = onDevice(await mnist({ train: true, transform }));
const test = new TensorDataset(...onDevice(await mnist({ train: false, transform })));

const results: number[] = [];
for (let seed = 0; seed < seeds; seed++) {
  manualSeed(seed);
  const model = new Sequential(
    new Conv2d(1, 24, { kernelSize: 5 }), // [n, 28, 28, 1] -> [n, 24, 24, 24]
    new MaxPool2d(2),
    new ReLU(),
    new Conv2d(24, 32, { kernelSize: 3 }), // -> [n, 10, 10, 32]
    new MaxPool2d(2),
    new ReLU(),
    new Flatten(),
    new Linear(800, 256),
    new ReLU(),
    new Linear(256, 10),
  );
  const loader = shuffled(train, 256);
  const optimizer = new Adam(model.parameters(), { lr: 1e-2, betas: [0.7, 0.9] });
  const oneCycle = new OneCycleLR(optimizer, 1e-2, {
    totalSteps: loader.length,
    cycleMomentum: false,
  });
  const trainer = new Trainer({
    model,
    loss: new CrossEntropyLoss(),
    optimizer,
    metrics: { accuracy: new Accuracy() },
    callbacks: [schedule(oneCycle, { every: "step" })],
  });
  const start = performance.now();
  await trainer.fit(loader, { epochs: 1 });
  const seconds = (performance.now() - start) / 1000;
  const { accuracy } = await trainer.evaluate(new DataLoader(test, { batchSize: 2000 }));
  console.log(
    `seed ${seed}: ${(100 * accuracy).toFixed(2)} % in ${seconds.toFixed(1)} s, published ${PUBLISHED_SECONDS} s`,
  );
  results.push(accuracy);
  optimizer.dispose();
  model.dispose();
}
const mean = results.reduce((sum, accuracy) => sum + accuracy, 0) / results.length;
console.log(`mean of ${results.length}: ${(100 * mean).toFixed(3)} %`);
if (seeds >= 10 && mean < EXPECTED_MEAN)
  throw new Error(`expected a mean of ${100 * EXPECTED_MEAN} %`);
if (Math.min(...results) < EXPECTED) throw new Error(`expected at least ${100 * EXPECTED} %`);

/** All of a dataset as one tensor of images and one of labels. */
function onDevice(dataset: { length: number; batch(indices: number[]): LabelledBatch }) {
  return dataset.batch(Array.from({ length: dataset.length }, (_, i) => i));
}

/** Batches in a new order each epoch, gathered where the images are: an epoch uploads its order and nothing else. */
function shuffled([images, labels]: LabelledBatch, size: number): Batches<LabelledBatch> {
  const count = labels.size;
  return {
    length: Math.ceil(count / size),
    async *[Symbol.asyncIterator]() {
      defaultGenerator.random64(); // as DataLoader does, so that a seed means the same order
      const order = tensor1d([...new RandomSampler({ length: count })], "int32");
      try {
        for (let at = 0; at < count; at += size) {
          const batch = tidy((): LabelledBatch => {
            const rows = slice(order, at, Math.min(size, count - at));
            return [gather(images, rows), gather(labels, rows)];
          });
          try {
            yield batch;
          } finally {
            dispose(batch);
          }
        }
      } finally {
        order.dispose();
      }
    },
  };
}
