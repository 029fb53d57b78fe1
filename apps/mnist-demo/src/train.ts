import { manualSeed } from "@kindling/core";
import { DataLoader, type Mnist, randomSplit, Subset } from "@kindling/datasets";
import { CrossEntropyLoss } from "@kindling/layers";
import { Accuracy } from "@kindling/metrics";
import { Adam } from "@kindling/optim";
import { type Batches, type Callback, type Metric, Trainer } from "@kindling/trainer";
import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import { Cnn, type DigitModel } from "./model.ts";

export interface TrainOptions {
  /** Split 80 : 20 into training and validation samples. */
  readonly train: Mnist;
  readonly test: Mnist;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  /** Use only the first `limit` samples to train and validate on. */
  readonly limit?: number | undefined;
  readonly callbacks?: readonly Callback[];
  /** Makes the model, once the generator is seeded. @defaultValue the {@link Cnn} */
  readonly makeModel?: () => DigitModel;
  /** Called once, when the model has been made. */
  readonly onModel?: (model: DigitModel) => void;
  /** The share of correct predictions. @defaultValue `new Accuracy()` */
  readonly accuracy?: Metric<Tensor2D, Tensor1D>;
  /** Awaited before each batch of training, validation and test; what it throws ends the run. */
  readonly beforeBatch?: () => Promise<void>;
}

export interface TrainResult {
  readonly model: DigitModel;
  /** Share of the test set that is read correctly, 0..1. */
  readonly testAccuracy: number;
}

/** The reference program, on whichever backend is current. No platform code here. */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { batchSize, callbacks = [], accuracy: metric = new Accuracy(), beforeBatch } = options;
  manualSeed(options.seed);
  const samples = new Subset(options.train, firstIndices(options.train.length, options.limit));
  const [training, validation] = randomSplit(samples, [0.8, 0.2]);
  const trainLoader = new DataLoader(training, { batchSize, shuffle: true });
  const validationLoader = new DataLoader(validation, { batchSize, shuffle: true });
  const testLoader = new DataLoader(options.test, { batchSize });

  const model = options.makeModel?.() ?? new Cnn();
  options.onModel?.(model);
  const optimizer = new Adam(model.parameters(), { lr: options.learningRate });
  const trainer = new Trainer({
    model,
    loss: new CrossEntropyLoss(),
    optimizer,
    metrics: { accuracy: metric },
    callbacks,
  });
  try {
    await trainer.fit(gated(trainLoader, beforeBatch), {
      epochs: options.epochs,
      validation: gated(validationLoader, beforeBatch),
    });
  } finally {
    optimizer.dispose();
  }
  const { accuracy } = await trainer.evaluate(gated(testLoader, beforeBatch));
  return { model, testAccuracy: accuracy };
}

function firstIndices(length: number, limit: number = length): number[] {
  return Array.from({ length: Math.min(length, limit) }, (_, i) => i);
}

// The same batches, each handed on once `gate` lets it pass.
function gated<Batch>(loader: Batches<Batch>, gate?: () => Promise<void>): Batches<Batch> {
  if (gate === undefined) return loader;
  return {
    length: loader.length,
    async *[Symbol.asyncIterator]() {
      for await (const batch of loader) {
        await gate();
        yield batch;
      }
    },
  };
}
