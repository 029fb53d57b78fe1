// What batches are, from the dataset on to the loop.
import type { Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import { expectTypeOf, test } from "vitest";
import { DataLoader } from "./data-loader.ts";
import type { Dataset } from "./dataset.ts";
import type { Mnist } from "./mnist.ts";
import { TensorDataset } from "./tensor-dataset.ts";

declare const mnist: Mnist;
declare const x: Tensor2D;
declare const y: Tensor1D;

type BatchOf<Loader> = Loader extends AsyncIterable<infer Batch> ? Batch : never;

test("images and labels are a rank above a sample's", () => {
  const loader = new DataLoader(mnist, { batchSize: 64 });
  expectTypeOf<BatchOf<typeof loader>>().toExtend<readonly [Tensor4D, Tensor1D]>();
  expectTypeOf<BatchOf<typeof loader>>().not.toExtend<readonly [Tensor2D, Tensor1D]>();
});

test("tensors come in the ranks that the dataset was given", async () => {
  const loader = new DataLoader(new TensorDataset(x, y));
  for await (const [inputs, targets] of loader) {
    expectTypeOf(inputs).toEqualTypeOf<Tensor2D>();
    expectTypeOf(targets).toEqualTypeOf<Tensor1D>();
  }
});

test("a collate's batches are what it makes", () => {
  const dataset = {} as Dataset<number, unknown>;
  const loader = new DataLoader(dataset, { collate: (samples) => ({ count: samples.length }) });
  expectTypeOf<BatchOf<typeof loader>>().toEqualTypeOf<{ count: number }>();
  // @ts-expect-error a transform is for a dataset's own batches
  new DataLoader(mnist, { collate: (samples) => samples.length, transform: (images) => images });
});

test("misspelt options and lists are refused", () => {
  // @ts-expect-error batchSize
  new DataLoader(mnist, { batchsize: 64 });
  // @ts-expect-error a list is not a dataset
  new DataLoader([1, 2, 3]);
});
