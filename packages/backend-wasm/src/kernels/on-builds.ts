// For tests: registered kernels on the backend's guarded heap, with each build of the side module.
import { activateBackend } from "@kindling/testing";
import {
  engine,
  memory,
  type NamedAttrMap,
  type Tensor,
  tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";
import { BUILDS } from "../simd/arena.ts";
import type { ReferenceSums } from "../simd/convolution-reference.ts";
import { EPSILON, noise } from "../simd/gather-test-blocks.ts";
import type { ModuleBuild } from "../simd/module.ts";
import { attachSideModule } from "../simd/side-module.ts";
import { type GuardedHeap, guardHeap } from "./guarded-heap.ts";
import type { BackendWasm } from "./kernel.ts";

/** A tensor in JavaScript's memory; its array says whether it is float32, int32 or bool. */
export interface Values<A extends TypedArray = TypedArray> {
  readonly shape: readonly number[];
  readonly values: A;
}
export type TypedArray = Float32Array | Int32Array | Uint8Array;

/** `noise` of a shape: float32 around 0. */
export function floatsOf(seed: number, shape: readonly number[], scale = 1): Values<Float32Array> {
  return { shape, values: noise(seed, sizeOf(shape), scale) };
}

export const DTYPES = ["float32", "int32", "bool"] as const;

/** Values of a type: `noise`, integers from −1000 to 1000 whose sums are exact, or 0 and 1. */
export function arrayOf(
  dtype: (typeof DTYPES)[number],
  seed: number,
  shape: readonly number[],
): Values {
  const { values } = floatsOf(seed, shape);
  if (dtype === "float32") return { shape, values };
  if (dtype === "bool") return { shape, values: Uint8Array.from(values, (v) => (v < 0 ? 0 : 1)) };
  return { shape, values: Int32Array.from(values, (value) => value * 1000) };
}

/** How many values a shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

let heap: GuardedHeap | undefined;
let restore = (): void => {};

/** A suite for each build, on a heap whose red zones are checked after every test. */
export function describeOnBuilds(
  title: string,
  suite: () => void,
  builds: readonly ModuleBuild[] = BUILDS,
): void {
  describe.each(builds)(`${title}, %s build`, (build) => {
    beforeAll(async () => {
      await activateBackend("wasm");
      await attachSideModule(wasmBackend(), build);
      heap = guardHeap(wasmBackend());
      restore = heap.snapshot();
    });
    afterEach(() => heap?.checkRedZones());
    afterAll(() => heap?.undo());
    suite();
  });
}

/**
 * Runs what leaves nothing on the heap. When it fails, it may have written anywhere: the heap is put back as
 * the suite found it, so that what comes next, such as a smaller case, tells the truth.
 */
export function contained(work: () => void): void {
  try {
    work();
    heap?.checkRedZones();
  } catch (error) {
    restore();
    throw error;
  }
}

/** The running backend. */
export function wasmBackend(): BackendWasm {
  return engine().backend as BackendWasm;
}

/**
 * Runs a kernel and returns its outputs, all that they hold.
 *
 * Fails when the kernel changes an input, leaves a tensor behind or frees a block around which something
 * was written.
 */
export function runKernel(
  name: string,
  inputs: Readonly<Record<string, Values>>,
  attributes: object = {},
): Values[] {
  const before = [memory().numTensors, wasmBackend().numDataIds()];
  const outputs: Values[] = [];
  tidy(() => {
    const made = Object.entries(inputs).map(([key, value]) => [key, onBackend(value)] as const);
    const attrs = attributes as NamedAttrMap;
    const results = engine().runKernel(name, Object.fromEntries(made), attrs) as Tensor | Tensor[];
    for (const result of [results].flat()) outputs.push(readBack(result));
    for (const [key, input] of made) {
      const { values } = inputs[key] as Values;
      const same = sameBits(readBack(input).values, values);
      if (!same) throw new Error(`${name}: expected its input ${key} as it was, got it changed`);
    }
  });
  expect([memory().numTensors, wasmBackend().numDataIds()], `${name} leaves behind`).toEqual(
    before,
  );
  return outputs;
}

/** A tensor of these values on the backend. */
export function onBackend({ shape, values }: Values): Tensor {
  const dtype = values instanceof Float32Array ? "float32" : "int32";
  return tensor(values, [...shape], values instanceof Uint8Array ? "bool" : dtype);
}

/** What a tensor on the backend holds. */
export function readBack(tensor: Tensor): Values {
  return { shape: tensor.shape, values: tensor.dataSync() as TypedArray };
}

/**
 * What `expectSums` allows each sum to be off by, for `expectNear`.
 *
 * @param most - terms that are added one by one, where longer sums are of blocks.
 */
export function boundOf(
  { terms, magnitudes }: ReferenceSums,
  most: number = Number.POSITIVE_INFINITY,
): (at: number) => number {
  return (at) => {
    const additions = Math.min(most, terms[at] as number) + 2;
    return additions * EPSILON * (magnitudes[at] as number);
  };
}

/** Holds a property of generated cases. */
export function holds<T>(cases: fc.Arbitrary<T>, property: (one: T) => void, numRuns = 100): void {
  const checked = (one: T): void => contained(() => property(one));
  fc.assert(fc.property(cases, checked), { numRuns });
}

function sameBits(a: TypedArray, b: TypedArray): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
