import { ArgumentError, ShapeError } from "@kindling/core";
import { activateBackend, expectTensors } from "@kindling/testing";
import {
  conv2d,
  engine,
  gather,
  matMul,
  maxPool,
  type NamedAttrMap,
  ones,
  sum,
  type Tensor,
  type Tensor4D,
  tensor1d,
  tidy,
  unsortedSegmentSum,
  zeros,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
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

describe("a refused call leaves nothing behind", () => {
  const image = (): Tensor4D => ones([1, 4, 4, 2]);
  const attributes = { strides: [1, 1], pad: "valid", dataFormat: "NHWC", dilations: [1, 1] };
  const pool = { filterSize: [2, 2], strides: [2, 2], pad: "valid" };
  const small = (): Tensor4D => ones([1, 1, 1, 2]);

  test.each<[string, new (...parameters: never[]) => Error, () => void]>([
    [
      "gather: an index past the end",
      ArgumentError,
      () => gather(tensor1d([1, 2, 3]), tensor1d([0, 3], "int32")),
    ],
    [
      "gather: a negative index",
      ArgumentError,
      () => gather(tensor1d([1, 2, 3]), tensor1d([-1], "int32")),
    ],
    [
      "UnsortedSegmentSum: too few ids",
      ShapeError,
      () => {
        const ids = tensor1d([0, 1], "int32");
        run("UnsortedSegmentSum", { x: tensor1d([1, 2, 3]), segmentIds: ids }, { numSegments: 2 });
      },
    ],
    [
      "MaxPoolGrad: a gradient of another shape",
      ShapeError,
      () => run("MaxPoolGrad", { dy: small(), input: image(), output: small() }, pool),
    ],
    [
      "MaxPool: integers",
      ArgumentError,
      () => run("MaxPool", { x: zeros([1, 2, 2, 1], "int32") }, pool),
    ],
    [
      "AvgPoolGrad: a gradient of another shape",
      ShapeError,
      () => run("AvgPoolGrad", { dy: small(), input: image() }, pool),
    ],
    [
      "Conv2D: a filter for other channels",
      ShapeError,
      () => run("Conv2D", { x: image(), filter: ones([1, 1, 3, 1]) }, attributes),
    ],
    [
      "Conv2DBackpropFilter: a gradient of another shape",
      ShapeError,
      () => {
        const filterShape = [3, 3, 2, 2];
        run("Conv2DBackpropFilter", { x: image(), dy: small() }, { ...attributes, filterShape });
      },
    ],
    [
      "Conv2DBackpropInput: channels first",
      ArgumentError,
      () => {
        const channelsFirst = { ...attributes, dataFormat: "NCHW", inputShape: [1, 2, 4, 4] };
        run("Conv2DBackpropInput", { dy: image(), filter: ones([1, 1, 2, 2]) }, channelsFirst);
      },
    ],
    [
      "BatchMatMul: inner sizes that differ",
      ShapeError,
      () => {
        const plain = { transposeA: false, transposeB: false };
        run("BatchMatMul", { a: ones([2, 3]), b: ones([4, 2]) }, plain);
      },
    ],
    [
      "unsortedSegmentSum of rows without ids",
      ShapeError,
      () => unsortedSegmentSum(ones([2, 2]), tensor1d([0, 1, 1], "int32"), 2),
    ],
  ])("%s", async (_, type, work) => {
    const backend = engine().backend as BackendWasm;
    const buffers = backend.numDataIds();
    await expectTensors(() => {
      expect(() => tidy(() => work())).toThrow(type);
    });
    expect(backend.numDataIds()).toBe(buffers);
  });
});
