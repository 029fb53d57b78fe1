import { selectBackend } from "@kindling/core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { engine, matMul, ones, relu, tidy } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { webgpu } from "./webgpu.ts";

const WIDTH = 64;

beforeAll(async () => {
  await selectBackend(webgpu());
});

/** One batch through three layers, all of whose buffers are there until the result is read. */
async function batch(rows: number): Promise<void> {
  const y = tidy(() => {
    const w = ones([WIDTH, WIDTH]);
    let x = ones([rows, WIDTH]);
    for (let i = 0; i < 3; i++) x = relu(matMul(x, w));
    return x;
  });
  await y.data();
  y.dispose();
}

const pool = () => (engine().backend as WebGPUBackend).bufferManager;

describe("the pool of buffers", () => {
  test("does not grow with every batch size that a run meets", async () => {
    for (let i = 0; i < 3; i++) await batch(512);
    const full = pool().numBytesAllocated;
    const sizes = [511, 300, 200, 100, 50, 400, 450, 350, 250, 150];
    for (const rows of sizes) await batch(rows);
    // tfjs's pool would hold six times as much. What was in use at one time includes uploads, which `full` does not.
    expect(pool().numBytesAllocated).toBeLessThan(1.5 * full);
    expect(pool().getNumUsedBuffers()).toBe(0);
  });

  test("serves one batch size, and two that take turns, without making buffers", async () => {
    for (let i = 0; i < 3; i++) await batch(512);
    const { device } = engine().backend as WebGPUBackend;
    const create = device.createBuffer.bind(device);
    let made = 0;
    device.createBuffer = (descriptor) => {
      // Uploads and their like are mapped when they are made, and used once.
      if (!descriptor.mappedAtCreation) made++;
      return create(descriptor);
    };
    for (let i = 0; i < 5; i++) await batch(512);
    expect(made).toBe(0);
    await batch(100);
    for (let i = 0; i < 5; i++) await batch(512);
    const after = made;
    for (let i = 0; i < 3; i++) {
      await batch(512);
      await batch(100);
    }
    expect(made).toBe(after);
    device.createBuffer = create;
  });

  test("computes what it should with buffers that were let go and made again", async () => {
    for (const rows of [40, 900, 3, 500, 40]) {
      const y = tidy(() => matMul(ones([rows, 8]), ones([8, 5])));
      expect(new Set(await y.data())).toEqual(new Set([8]));
      y.dispose();
    }
  });
});
