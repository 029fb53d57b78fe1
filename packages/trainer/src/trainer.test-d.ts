// Checked by `tsc -p packages/trainer`: what the compiler accepts, infers and rejects.
import type { Scalar, Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import { expectTypeOf } from "vitest";
import type { Batches, History, Loss, Metric, Stepper, TrainableModel } from "./index.ts";
import { Trainer } from "./index.ts";

// The shapes of the packages that a trainer is used with.
declare class Cnn implements TrainableModel<Tensor4D, Tensor2D> {
  forward(x: Tensor4D): Tensor2D;
  train(mode?: boolean): this;
  eval(): this;
  readonly training: boolean;
}
declare class CrossEntropyLoss {
  forward(output: Tensor2D, target: Tensor1D | Tensor2D): Scalar;
}
declare class Accuracy {
  readonly name: string;
  readonly higherIsBetter: boolean;
  update(scores: Tensor2D, labels: Tensor1D): void;
  compute(): Promise<number>;
  reset(): void;
  merge(other: Accuracy): void;
}
declare const optimizer: Stepper;
declare const loader: Batches<readonly [Tensor4D, Tensor1D]>;
declare const flat: Batches<readonly [Tensor2D, Tensor1D]>;
declare const named: Batches<{ readonly images: Tensor4D; readonly labels: Tensor1D }>;
declare const model: Cnn;
declare const loss: CrossEntropyLoss;

export async function frontDoor(): Promise<void> {
  const trainer = new Trainer({ model, loss, optimizer, metrics: { accuracy: new Accuracy() } });
  const history = await trainer.fit(loader, { epochs: 5, validation: loader });
  expectTypeOf(history).toEqualTypeOf<History<"accuracy">>();
  expectTypeOf(history[0]?.trainAccuracy).toEqualTypeOf<number | undefined>();
  expectTypeOf(history.map((record) => record.trainLoss)).toEqualTypeOf<number[]>();
  const results = await trainer.evaluate(loader);
  expectTypeOf(results).toEqualTypeOf<{ readonly loss: number; readonly accuracy: number }>();
  // @ts-expect-error no metric of this name
  results.accurracy;
  // @ts-expect-error no metric of this name
  history[0]?.valPrecision;

  expectTypeOf(await trainer.predict(loader)).toEqualTypeOf<Tensor2D[]>();
}

export async function withoutMetrics(): Promise<void> {
  const trainer = new Trainer({ model, loss, optimizer });
  expectTypeOf(await trainer.evaluate(loader)).toEqualTypeOf<{ readonly loss: number }>();
  const [first] = await trainer.fit(loader, { epochs: 1 });
  expectTypeOf(first?.valLoss).toEqualTypeOf<number | undefined>();
  // @ts-expect-error there are no metrics
  first?.trainAccuracy;
}

export async function mismatches(): Promise<void> {
  const trainer = new Trainer({ model, loss, optimizer });
  // @ts-expect-error the model takes [n, h, w, c], the batches hold [n, features]
  await trainer.fit(flat, { epochs: 1 });
  // @ts-expect-error and so for the validation data
  await trainer.fit(loader, { epochs: 1, validation: flat });
  // @ts-expect-error these batches are objects; see unpack
  await trainer.evaluate(named);
  // @ts-expect-error epochs are required
  await trainer.fit(loader, {});
  // @ts-expect-error a misspelt option
  await trainer.fit(loader, { epochs: 1, validationData: loader });
  // @ts-expect-error a list is not a loader
  await trainer.evaluate([]);

  const lossOfImages = {} as Loss<Tensor4D, Tensor1D>;
  // @ts-expect-error the model's output is not what the loss takes
  new Trainer({ model, loss: lossOfImages });

  const metric: Metric<Tensor4D, Tensor1D> = {} as Metric<Tensor4D, Tensor1D>;
  // @ts-expect-error the model's output is not what the metric takes
  new Trainer({ model, loss, metrics: { metric } });
  // @ts-expect-error a metric is an object with update, compute and reset
  new Trainer({ model, loss, metrics: { accuracy: Accuracy } });
  // @ts-expect-error a callback has a name
  new Trainer({ model, loss, callbacks: [{ onEpochEnd() {} }] });
}

export async function otherBatches(): Promise<void> {
  const trainer = new Trainer({
    model,
    loss,
    optimizer,
    unpack: (batch: { readonly images: Tensor4D; readonly labels: Tensor1D }) =>
      [batch.images, batch.labels] as const,
  });
  await trainer.fit(named, { epochs: 1, validation: named });
  // @ts-expect-error pairs are no longer what it takes
  await trainer.fit(loader, { epochs: 1 });
  expectTypeOf(await trainer.predict(named)).toEqualTypeOf<Tensor2D[]>();
}

export async function predicting(
  images: Batches<Tensor4D>,
  wrapped: Batches<[Tensor4D]>,
  mutable: Batches<[Tensor4D, Tensor1D]>,
): Promise<void> {
  const trainer = new Trainer({ model, loss, metrics: { accuracy: new Accuracy() } });
  await trainer.predict(images);
  await trainer.predict(wrapped);
  await trainer.predict(mutable);
  await trainer.evaluate(mutable);
  // @ts-expect-error not the model's input
  await trainer.predict({} as Batches<Tensor2D>);
}

export function targetsNarrowToWhatAllAccept(): void {
  const trainer = new Trainer({ model, loss, metrics: { accuracy: new Accuracy() } });
  // The loss takes class indices and probabilities, the metric indices only.
  expectTypeOf(trainer.evaluate)
    .parameter(0)
    .toEqualTypeOf<Batches<readonly [Tensor4D, Tensor1D]>>();
}

export function callbacksKnowTheirContexts(): void {
  new Trainer({
    model,
    loss,
    callbacks: [
      {
        name: "custom",
        async onBatchEnd({ epoch, batch, step, loss, stop }) {
          expectTypeOf([epoch, batch, step]).toEqualTypeOf<number[]>();
          expectTypeOf(await loss()).toEqualTypeOf<number>();
          stop("enough");
        },
        onEpochEnd({ metrics }) {
          expectTypeOf(metrics.valLoss).toEqualTypeOf<number | undefined>();
        },
      },
    ],
  });
}
