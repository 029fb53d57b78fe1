// The reference CNN trained on both backends; what a step asks of the GPU, and that nothing grows.
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
import { type Commands, countCommands } from "./count-commands.ts";
import { gpu, onBothBackends } from "./on-both.ts";

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
  readonly losses: number[];
  /** Of the last step. */
  readonly commands: Commands | null;
  /** Bytes of the GPU's buffers after each step. */
  readonly bytes: number[];
  readonly tensors: number[];
}

async function train(backend: string, steps: number, batch: number): Promise<Run> {
  await setBackend(backend);
  manualSeed(0);
  const model = makeModel();
  const optimizer = new Adam(model.parameters());
  const criterion = new CrossEntropyLoss();
  const generator = new Generator(1);
  const run = { losses: [] as number[], bytes: [] as number[], tensors: [] as number[] };
  let commands: Commands | null = null;
  for (let i = 0; i < steps; i++) {
    const counting = backend === "webgpu" ? countCommands(gpu().device) : null;
    const labels = Int32Array.from({ length: batch }, () => generator.integer(10));
    const [x, y] = [images(generator, labels), tensor(labels, [batch], "int32")];
    const loss = optimizer.step(() => criterion.forward(model.forward(x), y)) as Tensor;
    run.losses.push((await loss.data())[0] as number);
    for (const one of [x, y, loss]) one.dispose();
    counting?.stop();
    commands = counting?.commands ?? null;
    const { numTensors, numBytesInGPU, ...rest } = memory() as ReturnType<typeof memory> & {
      readonly numBytesInGPU?: number;
      readonly numBytesAllocatedInGPU?: number;
    };
    run.bytes.push(rest.numBytesAllocatedInGPU ?? 0);
    run.tensors.push(numTensors);
  }
  optimizer.dispose();
  model.dispose();
  return { ...run, commands };
}

/** Noise with a bright square where the label says. */
function images(generator: Generator, labels: Int32Array): Tensor4D {
  const size = SIDE * SIDE;
  const bytes = Uint8Array.from(generator.uniform(labels.length * size), (v) => 100 * v);
  labels.forEach((label, i) => {
    const corner = i * size + (label % 5) * 5 * SIDE + (label < 5 ? 2 : 15);
    for (let j = 0; j < 36; j++) bytes[corner + Math.floor(j / 6) * SIDE + (j % 6)] = 250;
  });
  const shape: [number, number, number, number] = [labels.length, SIDE, SIDE, 1];
  if (!hasKernel(FUSED.gatherBytes)) {
    return tensor(
      Float32Array.from(bytes, (byte) => byte / 255),
      shape,
    ) as Tensor4D;
  }
  const indices = Array.from(labels, (_, i) => i);
  const attributes = { bytes, width: size, indices, divisor: 255, shape };
  const none = {};
  return engine().runKernel(
    FUSED.gatherBytes,
    none,
    attributes as object as NamedAttrMap,
  ) as Tensor4D;
}

describe("the reference CNN on webgpu", () => {
  onBothBackends();

  test("the first 20 losses are wasm's", async () => {
    const expected = await train("wasm", 20, 16);
    const { losses } = await train("webgpu", 20, 16);
    const differences = losses.map((loss, i) => Math.abs(loss - (expected.losses[i] as number)));
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
    expect(Math.max(...differences)).toBeLessThan(1e-4);
  });

  test("a step has few commands, and memory stays as it is", async () => {
    const { commands, bytes, tensors } = await train("webgpu", 12, 8);
    const { dispatches, uploads, submits } = commands as Commands;
    expect(dispatches).toBeLessThanOrEqual(45);
    expect(submits).toBe(1);
    // The labels; the images' bytes and Adam's numbers are writes.
    expect(uploads).toBe(1);
    expect(new Set(bytes.slice(5)).size).toBe(1);
    expect(new Set(tensors.slice(1)).size).toBe(1);
  });
});
