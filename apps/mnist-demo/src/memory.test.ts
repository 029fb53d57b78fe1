// 2,000 steps of the demo's model leave nothing behind; `benchmarks/memory.ts` reports the same for full batches.
import { Generator, manualSeed } from "@kindling/core";
import { CrossEntropyLoss } from "@kindling/layers";
import { Adam } from "@kindling/optim";
import { activateBackend } from "@kindling/testing";
import { memory, type Tensor1D, type Tensor4D, tensor1d, tensor4d } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { Cnn } from "./model.ts";

const STEPS = 2000;
const BATCH = 4;
const TIMEOUT_MS = 5 * 60_000;

beforeAll(() => activateBackend("wasm"));

function batch(generator: Generator): [Tensor4D, Tensor1D] {
  const labels = Int32Array.from({ length: BATCH }, () => generator.integer(10));
  return [
    tensor4d(generator.uniform(BATCH * 28 * 28), [BATCH, 28, 28, 1]),
    tensor1d(labels, "int32"),
  ];
}

test("2,000 steps keep the tensor count and the bytes", { timeout: TIMEOUT_MS }, async () => {
  manualSeed(0);
  const generator = new Generator(0);
  const model = new Cnn();
  const optimizer = new Adam(model.parameters());
  const criterion = new CrossEntropyLoss();
  const step = async (): Promise<void> => {
    const [images, labels] = batch(generator);
    const loss = optimizer.step(() => criterion.forward(model.forward(images), labels));
    for (const tensor of [images, labels, loss]) tensor.dispose();
  };
  await step(); // makes Adam's state
  const { numTensors, numBytes, numDataBuffers } = memory();
  for (let i = 0; i < STEPS; i++) {
    await step();
    const now = memory();
    expect([now.numTensors, now.numBytes, now.numDataBuffers]).toEqual([
      numTensors,
      numBytes,
      numDataBuffers,
    ]);
  }
  optimizer.dispose();
  model.dispose();
});

test("an exception inside the closure leaks nothing and changes nothing", async () => {
  manualSeed(0);
  const model = new Cnn();
  const optimizer = new Adam(model.parameters());
  const [images, labels] = batch(new Generator(0));
  const before = memory();
  const weights = await model.fc.weight.data();
  expect(() =>
    optimizer.step(() => {
      model.forward(images);
      throw new Error("in the middle of a step");
    }),
  ).toThrow("in the middle of a step");
  expect(memory().numTensors).toBe(before.numTensors);
  expect(memory().numBytes).toBe(before.numBytes);
  expect(await model.fc.weight.data()).toEqual(weights);
  for (const tensor of [images, labels]) tensor.dispose();
  optimizer.dispose();
  model.dispose();
});
