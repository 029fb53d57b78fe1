// For tests of fused kernels, by name: inputs before they are on a backend, and what comes out.
import {
  engine,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
  tensor,
} from "@tensorflow/tfjs-core";
import { expect } from "vitest";

export type Values = readonly [values: ArrayLike<number>, shape: readonly number[], dtype?: Dtype];
export type Inputs = Readonly<Record<string, Values>> | readonly Values[];
type Dtype = "float32" | "int32" | "bool";

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

/** Relative to the larger of 1 and what is expected. */
export function expectNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i] as number, expected[i] as number];
    if (Object.is(a, e) || Math.abs(a - e) <= tolerance * Math.max(1, Math.abs(e))) continue;
    throw new Error(`expected ${e} at ${i} of ${expected.length}, got ${a}`);
  }
}

export function onBackend([values, shape, dtype = "float32"]: Values): Tensor {
  const type = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype];
  return tensor(type.from(Array.from(values)), [...shape], dtype);
}

/** The values of a kernel's outputs on the current backend, which are disposed, as its inputs are. */
export async function runKernelOn(
  name: string,
  inputs: Inputs,
  attributes: object,
): Promise<Float32Array[]> {
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
