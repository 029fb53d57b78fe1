import { DataLoader, randomSplit } from "@kindling/datasets";
import { CrossEntropyLoss } from "@kindling/layers";
import { Accuracy } from "@kindling/metrics";
import { Adam } from "@kindling/optim";
import { type Callback, Trainer } from "@kindling/trainer";
import { spirals } from "./data.ts";
import { Mlp } from "./model.ts";

export interface TrainOptions {
  epochs: number;
  callbacks: Callback[];
}

/** Trains a new model, then returns the share of the points kept from it that it gets right, 0..1. */
export async function train({ epochs, callbacks }: TrainOptions): Promise<number> {
  const [training, test] = randomSplit(spirals(), [0.8, 0.2]);
  const model = new Mlp();
  const trainer = new Trainer({
    model,
    loss: new CrossEntropyLoss(),
    optimizer: new Adam(model.parameters(), { lr: 0.01 }),
    metrics: { accuracy: new Accuracy() },
    callbacks,
  });
  await trainer.fit(new DataLoader(training, { batchSize: 32, shuffle: true }), { epochs });
  const { accuracy } = await trainer.evaluate(new DataLoader(test, { batchSize: 120 }));
  return accuracy;
}
