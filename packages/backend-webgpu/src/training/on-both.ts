// For tests: a kernel of the webgpu backend beside the wasm backend's of the same name.
import { wasm } from "@kindling/backend-wasm";
import { selectBackend } from "@kindling/core";
import { expectNear as expectNearly, type Inputs, runKernelOn } from "@kindling/testing";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  engine,
  getKernel,
  memory,
  registerKernel,
  setBackend,
  unregisterKernel,
} from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { afterAll, beforeAll, expect } from "vitest";
import { webgpu } from "../webgpu.ts";
import { TRAINING_KERNELS } from "./index.ts";

/** Rounding of sums of some hundred products of values around 1, and the device's exp and log. */
export const TOLERANCE = 2e-5;
const RUNS = 40;

/** Starts both backends, and fails the suite on an error that WebGPU reports to nobody. */
export function onBothBackends(): void {
  const errors: string[] = [];
  const note = (event: Event): void => {
    errors.push((event as GPUUncapturedErrorEvent).error.message);
  };
  beforeAll(async () => {
    await selectBackend(wasm());
    await selectBackend(webgpu());
    for (const kernel of TRAINING_KERNELS) {
      if (getKernel(kernel.kernelName, "webgpu")) unregisterKernel(kernel.kernelName, "webgpu");
      registerKernel(kernel);
    }
    gpu().device.addEventListener("uncapturederror", note);
  });
  afterAll(() => {
    gpu().device.removeEventListener("uncapturederror", note);
    expect(errors).toEqual([]);
  });
}

/** The running backend. */
export function gpu(): WebGPUBackend {
  return engine().findBackend("webgpu") as WebGPUBackend;
}

/** `check` on some cases of a kind. */
export async function holds<T>(
  cases: fc.Arbitrary<T>,
  check: (one: T) => Promise<void>,
  runs: number = RUNS,
): Promise<void> {
  await fc.assert(fc.asyncProperty(cases, check), { numRuns: runs, endOnFailure: true });
}

/** The outputs of a kernel on webgpu, which leaves nothing behind and passes WebGPU's validation. */
export async function onGpu(
  name: string,
  inputs: Inputs,
  attributes: object = {},
): Promise<Float32Array[]> {
  await setBackend("webgpu");
  gpu().device.pushErrorScope("validation");
  const before = [memory().numTensors, gpu().numDataIds()];
  const outputs = await runKernelOn(name, inputs, attributes);
  const error = await gpu().device.popErrorScope();
  expect(error?.message, name).toBeUndefined();
  expect([memory().numTensors, gpu().numDataIds()], `${name} leaves behind`).toEqual(before);
  return outputs;
}

/** The same on wasm. */
export async function onWasm(
  name: string,
  inputs: Inputs,
  attributes: object = {},
): Promise<Float32Array[]> {
  await setBackend("wasm");
  return runKernelOn(name, inputs, attributes);
}

/** One kernel on both, all its outputs but those of `own` contents. */
export async function expectSame(
  name: string,
  inputs: Inputs,
  attributes: object = {},
  tolerance: number = TOLERANCE,
): Promise<void> {
  const expected = await onWasm(name, inputs, attributes);
  const actual = await onGpu(name, inputs, attributes);
  expect(actual.length).toBe(expected.length);
  actual.forEach((output, i) => {
    expectNear(output, expected[i] as Float32Array, tolerance);
  });
}

/** Near within {@link TOLERANCE} unless said. */
export function expectNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number = TOLERANCE,
): void {
  expectNearly(actual, expected, tolerance);
}

export { noise, onBackend, type Values } from "@kindling/testing";
