// For tests: a kernel of the tensorflow backend beside the wasm backend's of the same name.
import { wasm } from "@kindling/backend-wasm";
import { selectBackend } from "@kindling/core";
import { replaceKernels } from "@kindling/core/kernels";
import { expectNear as expectNearly, type Inputs, runKernelOn } from "@kindling/testing";
import {
  engine,
  memory,
  registerKernel,
  setBackend,
  unregisterKernel,
} from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, expect } from "vitest";
import type { NodeBackend } from "../binding/node-backend.ts";
import { tensorflow } from "../tensorflow.ts";
import { TRAINING_KERNELS } from "./index.ts";

/** Rounding of sums of some hundred products of values around 1. */
export const TOLERANCE = 2e-5;
const RUNS = 60;

/** Starts both backends. */
export function onBothBackends(): void {
  beforeAll(async () => {
    await selectBackend(wasm());
    await selectBackend(tensorflow());
    replaceKernels(TRAINING_KERNELS);
    // Whatever else has been registered under their names.
    for (const kernel of TRAINING_KERNELS) {
      unregisterKernel(kernel.kernelName, "tensorflow");
      registerKernel(kernel);
    }
  });
}

/** The running backend. */
export function native(): NodeBackend {
  return engine().findBackend("tensorflow") as NodeBackend;
}

/** `check` on some cases of a kind. */
export async function holds<T>(
  cases: fc.Arbitrary<T>,
  check: (one: T) => Promise<void>,
  runs: number = RUNS,
): Promise<void> {
  await fc.assert(fc.asyncProperty(cases, check), { numRuns: runs, endOnFailure: true });
}

/** The outputs of a kernel on tensorflow, which leaves nothing behind that it does not hold for later. */
export async function onTensorflow(
  name: string,
  inputs: Inputs,
  attributes: object = {},
): Promise<Float32Array[]> {
  await setBackend("tensorflow");
  const before = [memory().numTensors, native().numDataIds()];
  const outputs = await runKernelOn(name, inputs, attributes);
  expect([memory().numTensors, native().numDataIds()], `${name} leaves behind`).toEqual(before);
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

/** One kernel on both: all its outputs. */
export async function expectSame(
  name: string,
  inputs: Inputs,
  attributes: object = {},
  tolerance: number = TOLERANCE,
): Promise<void> {
  const expected = await onWasm(name, inputs, attributes);
  const actual = await onTensorflow(name, inputs, attributes);
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
