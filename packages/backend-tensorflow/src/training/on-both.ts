// For tests: a kernel of the tensorflow backend beside the wasm backend's of the same name.
import { wasm } from "@kindling/backend-wasm";
import { selectBackend } from "@kindling/core";
import { replaceKernels } from "@kindling/core/kernels";
import {
  engine,
  memory,
  type NamedAttrMap,
  type NamedTensorMap,
  registerKernel,
  setBackend,
  type Tensor,
  tensor,
  unregisterKernel,
} from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, expect } from "vitest";
import type { NodeBackend } from "../binding/node-backend.ts";
import { tensorflow } from "../tensorflow.ts";
import { TRAINING_KERNELS } from "./index.ts";

export type Values = readonly [values: ArrayLike<number>, shape: readonly number[], dtype?: Dtype];
export type Inputs = Readonly<Record<string, Values>> | readonly Values[];
type Dtype = "float32" | "int32" | "bool";

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

/** Pseudo-random float32 from −1 to 1. */
export function noise(seed: number, shape: readonly number[]): Values {
  let state = (seed + 1) * 2654435761;
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround(state / 2 ** 31 - 1);
  });
  return [values, shape];
}

/** The outputs of a kernel on tensorflow, which leaves nothing behind that it does not hold for later. */
export async function onTensorflow(
  name: string,
  inputs: Inputs,
  attributes: object = {},
): Promise<Float32Array[]> {
  await setBackend("tensorflow");
  const before = [memory().numTensors, native().numDataIds()];
  const outputs = await run(name, inputs, attributes);
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
  return run(name, inputs, attributes);
}

export function expectNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number = TOLERANCE,
): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i] as number, expected[i] as number];
    if (Object.is(a, e) || Math.abs(a - e) <= tolerance * Math.max(1, Math.abs(e))) continue;
    throw new Error(`expected ${e} at ${i} of ${expected.length}, got ${a}`);
  }
}

/** One kernel on both: all its outputs. */
export async function expectSame(
  name: string,
  inputs: Inputs,
  attributes: object = {},
  tolerance?: number,
): Promise<void> {
  const expected = await onWasm(name, inputs, attributes);
  const actual = await onTensorflow(name, inputs, attributes);
  expect(actual.length).toBe(expected.length);
  actual.forEach((output, i) => {
    expectNear(output, expected[i] as Float32Array, tolerance);
  });
}

async function run(name: string, inputs: Inputs, attributes: object): Promise<Float32Array[]> {
  const made = Object.entries(inputs).map(([key, one]) => [key, onBackend(one as Values)] as const);
  const given = Array.isArray(inputs) ? made.map(([, one]) => one) : Object.fromEntries(made);
  const results = engine().runKernel(
    name,
    given as unknown as NamedTensorMap,
    attributes as NamedAttrMap,
  ) as Tensor | Tensor[];
  const outputs = [results].flat();
  const read = await Promise.all(outputs.map(async (one) => Float32Array.from(await one.data())));
  for (const one of [...outputs, ...made.map(([, one]) => one)]) one.dispose();
  return read;
}

export function onBackend([values, shape, dtype = "float32"]: Values): Tensor {
  const type = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype];
  return tensor(type.from(Array.from(values)), [...shape], dtype);
}
