// Checked by `tsc -p packages/trainer`: what the compiler accepts, infers and rejects of the callbacks.
import { type Conv2d, type Linear, MSELoss } from "@kindling/layers";
import { Adam } from "@kindling/optim";
import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import { expectTypeOf } from "vitest";
import {
  accumulateGradients,
  type Batches,
  clipGradients,
  detectAnomaly,
  earlyStopping,
  ema,
  findLearningRate,
  schedule,
  stopOnNaN,
  swa,
  Trainer,
  throughput,
  updateBatchNorm,
} from "../index.ts";

declare const model: Linear;
declare const images: Conv2d;
declare const loader: Batches<readonly [Tensor2D, Tensor2D]>;
declare const photos: Batches<readonly [Tensor4D, Tensor4D]>;

export async function withTheRealPackages(): Promise<void> {
  const optimizer = new Adam(model.parameters());
  const accumulated = accumulateGradients(optimizer, { steps: 2 });
  const average = ema(model, { updatesOf: accumulated });
  const speed = throughput(loader);
  const trainer = new Trainer({
    model: average.model,
    loss: new MSELoss(),
    optimizer: accumulated,
    callbacks: [
      average,
      speed,
      stopOnNaN({ model, optimizer }),
      detectAnomaly(model, optimizer),
      clipGradients(optimizer, { maxValue: 1 }),
      earlyStopping({ restoreBest: model }),
    ],
  });
  await trainer.fit(speed.loader, { epochs: 1 });
  await updateBatchNorm(loader, model);
  const { suggestion } = await findLearningRate({ model, loss: new MSELoss(), optimizer }, loader);
  expectTypeOf(suggestion).toEqualTypeOf<number | null>();
}

export async function mismatches(): Promise<void> {
  const optimizer = new Adam(images.parameters());
  const trainer = new Trainer({ model: swa(images, { startEpoch: 1 }).model, loss: new MSELoss() });
  await trainer.evaluate(photos);
  // @ts-expect-error the averaged model takes what the model takes
  await trainer.evaluate(loader);
  // @ts-expect-error one limit
  clipGradients(optimizer, { maxNorm: 1, maxValue: 1 });
  // @ts-expect-error the sweep's parts fit each other
  await findLearningRate({ model: images, loss: new MSELoss(), optimizer }, loader);
  // @ts-expect-error and the layers, what runs through them
  await updateBatchNorm(loader, images);
  await updateBatchNorm(photos, images);
  // @ts-expect-error a metric goes with whole epochs
  schedule({ step() {} }, { every: "step", monitor: "valLoss" });
}
