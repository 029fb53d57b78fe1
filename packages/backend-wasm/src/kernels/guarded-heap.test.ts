import { activateBackend } from "@kindling/testing";
import { add, scalar, tensor1d } from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type GuardedHeap, guardHeap, type Heap, heapOf } from "./guarded-heap.ts";
import { allocate, floats, pointer } from "./kernel.ts";
import { wasmBackend } from "./on-builds.ts";

let heap: Heap;
let guard: GuardedHeap;

beforeAll(() => activateBackend("wasm"));
beforeEach(() => {
  heap = heapOf(wasmBackend());
  guard = guardHeap(wasmBackend());
});
afterEach(() => guard.undo());

test("a byte on either side of a block is noticed, at once and when the block is freed", () => {
  for (const size of [0, 1, 6, 64]) {
    for (const [offset, where] of [
      [-1, "1 before it"],
      [-64, "64 before it"],
      [size, "0 after its end"],
      [size + 63, "63 after its end"],
    ] as const) {
      const block = heap._malloc(size);
      const message = `outside a block of ${size} bytes, ${where}`;
      guard.checkRedZones();
      heap.HEAPU8[block + offset] = 0;
      expect(() => guard.checkRedZones()).toThrow(message);
      guard.checkRedZones();
      heap.HEAPU8[block + offset] = 0;
      expect(() => heap._free(block)).toThrow(message);
    }
  }
  guard.checkRedZones();
});

test("blocks start as NaN, at multiples of 8, and red zones read as NaN", () => {
  for (const size of [1, 3, 100]) {
    const output = allocate(wasmBackend(), [size]);
    expect(floats(wasmBackend(), output).every(Number.isNaN)).toBe(true);
    const at = pointer(wasmBackend(), output);
    expect(at % 8).toBe(0);
    const around = new Float32Array(heap.HEAPU8.buffer, at - 64, 32 + size);
    expect(around.every(Number.isNaN)).toBe(true);
    wasmBackend().disposeData(output.dataId);
  }
});

test("what was allocated before, and what outlives it, is computed with and freed", () => {
  guard.undo();
  const early = tensor1d([1, 2]);
  const again = guardHeap(wasmBackend());
  const late = add(early, scalar(1));
  early.dispose();
  again.undo();
  expect([...late.dataSync()]).toEqual([2, 3]);
  late.dispose();
  guard.checkRedZones();
});

test("a size that no memory has gets none, as from the real one", () => {
  expect(heap._malloc(-16)).toBe(0);
  expect(heap._malloc(2 ** 32 - 1)).toBe(0);
});

test("the red zones stay as the memory grows", () => {
  const before = heap.HEAPU8.length;
  const blocks: number[] = [];
  while (heap.HEAPU8.length === before) blocks.push(heap._malloc(8_000_000));
  guard.checkRedZones();
  for (const block of blocks) heap._free(block);
});

test("a snapshot undoes whatever was written, allocated and freed", () => {
  const kept = tensor1d([1, 2]);
  const restore = guard.snapshot();
  heap._malloc(100);
  heap.HEAPU8.fill(7);
  restore();
  guard.checkRedZones();
  const sum = add(kept, kept);
  expect([...sum.dataSync()]).toEqual([2, 4]);
  for (const one of [kept, sum]) one.dispose();
});
