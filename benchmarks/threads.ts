// Whether two threads on one memory would pay: the kernels of a training step, each over half of the batch in
// this thread and half in a worker, against the whole in this thread. Prints one JSON object a kernel.
// Usage: npm run bench:threads -w benchmarks (docs/decisions/0004-threads.md)
import { Worker } from "node:worker_threads";
import {
  conv2dFilterGradScratchFloats,
  conv2dInputGradScratchFloats,
  conv2dScratchFloats,
  conv2dSizes,
} from "../packages/backend-wasm/src/simd/convolution-kernels.ts";
import { loadTrainingKernels } from "../packages/backend-wasm/src/simd/module.ts";

type Call = { readonly kernel: string; readonly parameters: number[] };

const BATCH = 64;
const ROUNDS = 200;
/** Height and width, channels in and out: the convolutions of both networks. */
const CONVOLUTIONS = [
  [28, 1, 8],
  [14, 8, 16],
  [7, 16, 32],
  [14, 32, 64],
] as const;
const ELEMENTS = [BATCH * 14 * 14 * 16, BATCH * 28 * 28 * 32];

const memory = new WebAssembly.Memory({ initial: 2048, maximum: 65536, shared: true });
const kernels = (await loadTrainingKernels(memory)) as unknown as Record<
  string,
  (...parameters: number[]) => void
>;
// [0]: calls asked for, [1]: calls done, by the worker.
const turns = new Int32Array(memory.buffer, 0, 2);
const worker = new Worker(new URL("threads-worker.js", import.meta.url), {
  workerData: memory,
});
await new Promise((resolve) => worker.once("message", resolve));

let next = 1024;
function floats(size: number): number {
  const pointer = next;
  new Float32Array(memory.buffer, pointer, size).fill(0.5);
  next += 4 * (size + 16);
  return pointer;
}

function shapeOf(batchSize: number, side: number, inChannels: number, outChannels: number) {
  const sizes = { batchSize, inHeight: side, inWidth: side, outHeight: side, outWidth: side };
  const window = { filterHeight: 3, filterWidth: 3, padInfo: { top: 1, left: 1 } };
  const steps = { strideHeight: 1, strideWidth: 1, dilationHeight: 1, dilationWidth: 1 };
  return conv2dSizes({ ...sizes, ...window, ...steps, inChannels, outChannels });
}

for (const [side, ic, oc] of CONVOLUTIONS) {
  next = 1024;
  const [image, gradient] = [side * side * ic, side * side * oc];
  const x = floats(BATCH * image);
  const y = floats(BATCH * gradient);
  const [whole, half] = [shapeOf(BATCH, side, ic, oc), shapeOf(BATCH / 2, side, ic, oc)];
  const needs = [conv2dScratchFloats, conv2dInputGradScratchFloats, conv2dFilterGradScratchFloats];
  const size = Math.max(...needs.map((need) => need(whole)));
  const [w, other] = [floats(9 * ic * oc), floats(9 * ic * oc)];
  const [scratch, second] = [floats(size), floats(size)];
  const [xHalf, yHalf] = [x + 2 * BATCH * image, y + 2 * BATCH * gradient];
  const none = Number.NEGATIVE_INFINITY;
  const name = `[${BATCH},${side},${side},${ic}→${oc}]`;
  await race(
    `conv2d ${name}`,
    { kernel: "conv2d", parameters: [x, w, 0, y, ...whole, none, scratch] },
    { kernel: "conv2d", parameters: [x, w, 0, y, ...half, none, scratch] },
    { kernel: "conv2d", parameters: [xHalf, w, 0, yHalf, ...half, none, second] },
  );
  await race(
    `filter gradient ${name}`,
    { kernel: "conv2dFilterGrad", parameters: [x, y, w, ...whole, scratch] },
    { kernel: "conv2dFilterGrad", parameters: [x, y, w, ...half, scratch] },
    { kernel: "conv2dFilterGrad", parameters: [xHalf, yHalf, other, ...half, second] },
  );
}
for (const size of ELEMENTS) {
  next = 1024;
  const [dy, y, dx] = [floats(size), floats(size), floats(size)];
  const at = 2 * size;
  await race(
    `relu gradient of ${size}`,
    { kernel: "reluGrad", parameters: [dy, y, dx, size] },
    { kernel: "reluGrad", parameters: [dy, y, dx, size / 2] },
    { kernel: "reluGrad", parameters: [dy + at, y + at, dx + at, size / 2] },
  );
}
await worker.terminate();

async function race(name: string, whole: Call, first: Call, second: Call): Promise<void> {
  worker.postMessage(second);
  await new Promise((resolve) => worker.once("message", resolve));
  const [alone, shared]: [number[], number[]] = [[], []];
  for (let round = -20; round < ROUNDS; round++) {
    const start = performance.now();
    run(whole);
    const middle = performance.now();
    const asked = Atomics.add(turns, 0, 1) + 1;
    Atomics.notify(turns, 0);
    run(first);
    while (Atomics.load(turns, 1) < asked); // a page's main thread may not sleep
    const end = performance.now();
    if (round < 0) continue;
    alone.push(middle - start);
    shared.push(end - middle);
  }
  Atomics.store(turns, 0, -1);
  Atomics.notify(turns, 0);
  await new Promise((resolve) => worker.once("message", resolve));
  const [one, two] = [alone, shared].map(median) as [number, number];
  const round = (value: number): number => Number(value.toFixed(3));
  console.log(
    JSON.stringify({ kernel: name, one: round(one), two: round(two), gain: round(one / two) }),
  );
}

function run({ kernel, parameters }: Call): void {
  kernels[kernel]?.(...parameters);
}

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[times.length >> 1] as number;
}
