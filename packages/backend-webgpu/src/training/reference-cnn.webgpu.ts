// What a step of the reference CNN asks of the GPU. Its losses are held to wasm and PyTorch in parity/.
import { FUSED, Generator, manualSeed, selectBackend } from "@kindling/core";
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
  type Tensor,
  type Tensor4D,
  tensor,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { webgpu } from "../webgpu.ts";
import { type Commands, countCommands } from "./count-commands.ts";
import { gpu } from "./on-both.ts";

const SIDE = 28;

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
  /** Of the last step. */
  readonly commands: Commands;
  /** Bytes of the GPU's buffers after each step. */
  readonly bytes: number[];
  readonly tensors: number[];
}

async function train(steps: number, batch: number): Promise<Run> {
  manualSeed(0);
  const model = makeModel();
  const optimizer = new Adam(model.parameters());
  const criterion = new CrossEntropyLoss();
  const generator = new Generator(1);
  const [bytes, tensors]: [number[], number[]] = [[], []];
  let last = countCommands(gpu().device);
  for (let i = 0; i < steps; i++) {
    last.stop();
    last = countCommands(gpu().device);
    const labels = Int32Array.from({ length: batch }, () => generator.integer(10));
    const [x, y] = [images(generator, batch), tensor(labels, [batch], "int32")];
    const loss = optimizer.step(() => criterion.forward(model.forward(x), y)) as Tensor;
    await loss.data();
    for (const one of [x, y, loss]) one.dispose();
    const { numTensors, numBytesAllocatedInGPU } = memory() as ReturnType<typeof memory> & {
      readonly numBytesAllocatedInGPU: number;
    };
    bytes.push(numBytesAllocatedInGPU);
    tensors.push(numTensors);
  }
  last.stop();
  optimizer.dispose();
  model.dispose();
  return { commands: last.commands, bytes, tensors };
}

/** Noise, which travels as bytes as a dataset's images do. */
function images(generator: Generator, batch: number): Tensor4D {
  const width = SIDE * SIDE;
  const bytes = Uint8Array.from(generator.uniform(batch * width), (v) => 255 * v);
  const indices = Array.from({ length: batch }, (_, i) => i);
  const attributes = { bytes, width, indices, divisor: 255, shape: [batch, SIDE, SIDE, 1] };
  const given = attributes as object as NamedAttrMap;
  return engine().runKernel(FUSED.gatherBytes, {}, given) as Tensor4D;
}

describe("a step of the reference CNN on webgpu", () => {
  beforeAll(async () => {
    await selectBackend(webgpu());
  });

  test("has few commands, and memory stays as it is", async () => {
    const { commands, bytes, tensors } = await train(12, 8);
    console.log(JSON.stringify(commands));
    expect(commands.dispatches).toBeLessThanOrEqual(45);
    expect(commands.submits).toBe(1);
    // The labels; the images' bytes and Adam's numbers are writes.
    expect(commands.uploads).toBe(1);
    expect(new Set(bytes.slice(5)).size).toBe(1);
    expect(new Set(tensors.slice(1)).size).toBe(1);
  });
});
