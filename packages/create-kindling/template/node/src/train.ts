import { DataLoader, type Mnist, randomSplit } from "@kindling/datasets";
import { CrossEntropyLoss } from "@kindling/layers";
import { Accuracy } from "@kindling/metrics";
import { Adam } from "@kindling/optim";
import { type Callback, Trainer } from "@kindling/trainer";
import type { Cnn } from "./model.ts";

export interface TrainOptions {
  model: Cnn;
  /** Four fifths to train on, one to validate on. */
  training: Mnist;
  test: Mnist;
  epochs: number;
  callbacks: Callback[];
}

/** Trains the model, then returns the share of the test images that it reads correctly, 0..1. */
export async function train({
  model,
  training,
  test,
  epochs,
  callbacks,
}: TrainOptions): Promise<number> {
  const [samples, validation] = randomSplit(training, [0.8, 0.2]);
  const trainer = new Trainer({
    model,
    loss: new CrossEntropyLoss(),
    optimizer: new Adam(model.parameters(), { lr: 1e-3 }),
    metrics: { accuracy: new Accuracy() },
    callbacks,
  });
  await trainer.fit(new DataLoader(samples, { batchSize: 64, shuffle: true }), {
    epochs,
    validation: new DataLoader(validation, { batchSize: 64 }),
  });
  const { accuracy } = await trainer.evaluate(new DataLoader(test, { batchSize: 64 }));
  return accuracy;
}
