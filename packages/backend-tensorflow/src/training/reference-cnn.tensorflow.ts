// The reference CNN trained on both backends; what a step asks of the native library, and that nothing grows.
import { FUSED, Generator, hasKernel, manualSeed } from "@kindling/core";
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
import {
  engine,
  memory,
  type NamedAttrMap,
  setBackend,
  type Tensor,
  type Tensor4D,
  tensor,
} from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { type Calls, countCalls, total } from "./count-calls.ts";
import { native, onBothBackends } from "./on-both.ts";

const SIDE = 28;
/**
 * What tfjs-node asks of the library for a step of this network with tf.train.adam, as benchmarks/tensorflow-step.ts
 * counts it.
 */
const STOCK_CALLS = 611;

function makeModel(): Sequential {
  return new Sequential(
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
}

interface Run {
  readonly losses: number[];
  /** Of the last step. */
  readonly calls: Calls | null;
  /** After each step, tfjs's and the library's own. */
  readonly tensors: string[];
}

async function train(backend: string, steps: number, batch: number): Promise<Run> {
  await setBackend(backend);
  manualSeed(0);
  const model = makeModel();
  const optimizer = new Adam(model.parameters());
  const criterion = new CrossEntropyLoss();
  const generator = new Generator(1);
  const [losses, tensors]: [number[], string[]] = [[], []];
  let calls: Calls | null = null;
  for (let i = 0; i < steps; i++) {
    const counting = backend === "tensorflow" ? countCalls(native() as never) : null;
    const labels = Int32Array.from({ length: batch }, () => generator.integer(10));
    const [x, y] = [images(generator, labels), tensor(labels, [batch], "int32")];
    const loss = optimizer.step(() => criterion.forward(model.forward(x), y)) as Tensor;
    losses.push((await loss.data())[0] as number);
    for (const one of [x, y, loss]) one.dispose();
    counting?.stop();
    calls = counting?.calls ?? null;
    const held = native().binding.getNumOfTensors();
    tensors.push(`${memory().numTensors} ${native().numDataIds()} ${held}`);
  }
  optimizer.dispose();
  model.dispose();
  return { losses, calls, tensors };
}

/** Noise with a bright square where the label says. */
function images(generator: Generator, labels: Int32Array): Tensor4D {
  const size = SIDE * SIDE;
  const bytes = Uint8Array.from(generator.uniform(labels.length * size), (v) => 100 * v);
  labels.forEach((label, i) => {
    const corner = i * size + (label % 5) * 5 * SIDE + (label < 5 ? 2 : 15);
    for (let j = 0; j < 36; j++) bytes[corner + Math.floor(j / 6) * SIDE + (j % 6)] = 250;
  });
  expect(hasKernel(FUSED.gatherBytes)).toBe(true);
  const attributes = {
    ...{ bytes, width: size, indices: Array.from(labels, (_, i) => i), divisor: 255 },
    shape: [labels.length, SIDE, SIDE, 1],
  };
  const attrs = attributes as object as NamedAttrMap;
  return engine().runKernel(FUSED.gatherBytes, {}, attrs) as Tensor4D;
}

describe("the reference CNN on tensorflow", () => {
  onBothBackends();

  test("the first 20 losses are wasm's", async () => {
    const expected = await train("wasm", 20, 16);
    const { losses } = await train("tensorflow", 20, 16);
    const differences = losses.map((loss, i) => Math.abs(loss - (expected.losses[i] as number)));
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
    expect(Math.max(...differences)).toBeLessThan(1e-4);
  });

  test("a step asks for at most half of what tfjs-node asks, and nothing grows", async () => {
    const before = native().binding.getNumOfTensors();
    const { calls, tensors } = await train("tensorflow", 12, 8);
    expect(total(calls as Calls)).toBeLessThanOrEqual(STOCK_CALLS / 2);
    // The images, the labels and the two numbers of Adam.
    expect(calls?.createTensor).toBe(4);
    expect(new Set(tensors.slice(2)).size).toBe(1);
    // Shapes, axes and numbers that are kept for the next network.
    expect(native().binding.getNumOfTensors() - before).toBeLessThan(60);
  });
});
