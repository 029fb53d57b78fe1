import { activateBackend } from "@kindling/testing";
import {
  conv2d,
  engine,
  matMul,
  maxPool,
  type NamedAttrMap,
  ones,
  sum,
  type Tensor,
  type Tensor4D,
  tidy,
  zeros,
} from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import type { BackendWasm } from "./kernel.ts";

beforeAll(() => activateBackend("wasm"));

const run = (name: string, inputs: Record<string, Tensor>, attributes: object): Tensor =>
  engine().runKernel(name, inputs, attributes as NamedAttrMap) as Tensor;

/** Bytes that the backend's memory has grown to. */
function heapSize(): number {
  const backend = engine().backend as BackendWasm;
  const probe = backend.makeOutput([1], "float32");
  const { byteLength } = backend.typedArrayFromHeap(probe).buffer;
  backend.disposeData(probe.dataId);
  return byteLength;
}

function someTraining(): void {
  tidy(() => {
    const x = ones([8, 14, 14, 4]) as Tensor4D;
    const w = ones([3, 3, 4, 8]) as Tensor4D;
    const y = conv2d<Tensor4D>(x, w, 1, "same");
    const attributes = { strides: [1, 1], pad: "same", dataFormat: "NHWC" };
    run("Conv2DBackpropFilter", { x, dy: y }, { ...attributes, filterShape: w.shape });
    run("Conv2DBackpropInput", { dy: y, filter: w }, { ...attributes, inputShape: x.shape });
    const pooled = maxPool<Tensor4D>(y, 2, 2, "valid");
    const pool = { filterSize: [2, 2], strides: [2, 2], pad: "valid" };
    run("MaxPoolGrad", { dy: pooled, input: y, output: pooled }, pool);
    sum(y, [0, 1, 2]);
    matMul(ones([8, 16]), ones([8, 16]), true, false);
  });
}

test("the heap settles: thousands of calls need no more memory than a few", () => {
  for (let i = 0; i < 20; i++) someTraining();
  const settled = heapSize();
  for (let i = 0; i < 1000; i++) someTraining();
  expect(heapSize()).toBe(settled);
});

test("views survive the growth of the memory that an output causes", () => {
  const before = heapSize();
  const large = zeros([6_000_000]);
  const grown: Tensor[] = [];
  // Each sum's input and output are new memory; somewhere on the way the heap must grow.
  while (heapSize() === before && grown.length < 40) grown.push(ones([1_000_000]));
  const total = tidy(() =>
    sum(conv2d<Tensor4D>(ones([1, 500, 500, 4]), ones([1, 1, 4, 16]), 1, "valid")),
  );
  expect(total.dataSync()[0]).toBe(500 * 500 * 16 * 4);
  for (const piece of [large, total, ...grown]) piece.dispose();
});
