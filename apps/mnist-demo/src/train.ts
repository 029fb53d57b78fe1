import { manualSeed } from "@kindling/core";
import { DataLoader, type Mnist, randomSplit, Subset } from "@kindling/datasets";
import { CrossEntropyLoss } from "@kindling/layers";
import { Accuracy } from "@kindling/metrics";
import { Adam } from "@kindling/optim";
import { type Callback, Trainer } from "@kindling/trainer";
import { Cnn } from "./model.ts";

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
  /** Called once, when the model has been made. */
  readonly onModel?: (model: Cnn) => void;
}

export interface TrainResult {
  readonly model: Cnn;
  /** Share of the test set that is read correctly, 0..1. */
  readonly testAccuracy: number;
}

/** The reference program, on whichever backend is current. No platform code here. */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { batchSize, callbacks = [] } = options;
  manualSeed(options.seed);
  const samples = new Subset(options.train, firstIndices(options.train.length, options.limit));
  const [training, validation] = randomSplit(samples, [0.8, 0.2]);
  const trainLoader = new DataLoader(training, { batchSize, shuffle: true });
  const validationLoader = new DataLoader(validation, { batchSize, shuffle: true });

  const model = new Cnn();
  options.onModel?.(model);
  const trainer = new Trainer({
    model,
    loss: new CrossEntropyLoss(),
    optimizer: new Adam(model.parameters(), { lr: options.learningRate }),
    metrics: { accuracy: new Accuracy() },
    callbacks,
  });
  await trainer.fit(trainLoader, { epochs: options.epochs, validation: validationLoader });
  const { accuracy } = await trainer.evaluate(new DataLoader(options.test, { batchSize }));
  return { model, testAccuracy: accuracy };
}

function firstIndices(length: number, limit: number = length): number[] {
  return Array.from({ length: Math.min(length, limit) }, (_, i) => i);
}
