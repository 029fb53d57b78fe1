// The reference program, as PyTorch's fixture was made: split, weights, then the loaders' orders are drawn from one
// generator.
import { manualSeed } from "@kindling/core";
import { DataLoader, type Mnist, randomSplit } from "@kindling/datasets";
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
import type { Scalar, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import { tidy } from "@tensorflow/tfjs-core";

type Batches = AsyncIterable<[Tensor4D, Tensor1D]>;

export interface ReferenceProgram {
  readonly training: Batches;
  readonly validation: Batches;
  /** One step; the caller disposes the loss. */
  step(images: Tensor4D, labels: Tensor1D): Scalar;
  /** The loss without a step; the caller disposes it. */
  loss(images: Tensor4D, labels: Tensor1D): Scalar;
}

export function referenceProgram(samples: Mnist, seed: number): ReferenceProgram {
  manualSeed(seed);
  const [training, validation] = randomSplit(samples, [0.8, 0.2]);
  const options = { batchSize: 64, shuffle: true };
  const loaders = [new DataLoader(training, options), new DataLoader(validation, options)];
  const model = new Sequential(
    new Conv2d(1, 8, { kernelSize: 3, padding: 1 }),
    new ReLU(),
    new MaxPool2d([2, 2]),
    new Conv2d(8, 16, { kernelSize: 3, padding: 1 }),
    new ReLU(),
    new MaxPool2d([2, 2]),
    new Conv2d(16, 32, { kernelSize: 3, padding: 1 }),
    new ReLU(),
    new Flatten(),
    new Linear(32 * 7 * 7, 10),
  );
  const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
  const criterion = new CrossEntropyLoss();
  const forward = (images: Tensor4D, labels: Tensor1D) =>
    criterion.forward(model.forward(images), labels) as Scalar;
  return {
    training: loaders[0] as Batches,
    validation: loaders[1] as Batches,
    step: (images, labels) => optimizer.step(() => forward(images, labels)) as Scalar,
    loss: (images, labels) => tidy(() => forward(images, labels)),
  };
}
