/// <reference types="node" />
import { selectBackend } from "@kindling/core";
import { add, engine, memory, tensor } from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, expect, test } from "vitest";
import { DEVICE } from "../device-of-tests.ts";
import { tensorflow } from "../tensorflow.ts";
import type { NodeBackend } from "./node-backend.ts";

let backend: NodeBackend;

beforeAll(async () => {
  await selectBackend(tensorflow({ device: DEVICE }));
  backend = engine().backend as NodeBackend;
});

afterEach(() => {
  Object.assign(backend, { isUsingGpuDevice: backend.binding.isUsingGpuDevice() });
});

test("what waits for its turn has it while values are awaited", async () => {
  const sum = add(tensor([1, 2]), 1);
  let ran = false;
  setImmediate(() => {
    ran = true;
  });
  await sum.data();
  // With tfjs-node's own read it has not.
  expect(ran).toBe(true);
  sum.dispose();
});

test.each([false, true])(
  "a tensor disposed while it is read is read, as on a GPU: %o",
  async (isUsingGpuDevice) => {
    Object.assign(backend, { isUsingGpuDevice });
    const before = memory();
    const natives = backend.binding.getNumOfTensors();
    const x = tensor([1, 2, 3]);
    const y = add(x, 1);
    const values = y.data();
    y.dispose();
    x.dispose();
    expect([...(await values)]).toEqual([2, 3, 4]);
    expect(memory().numTensors).toBe(before.numTensors);
    expect(memory().numDataBuffers).toBe(before.numDataBuffers);
    expect(backend.binding.getNumOfTensors()).toBe(natives);
  },
);
