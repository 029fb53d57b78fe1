import {
  engine,
  memory,
  type NamedAttrMap,
  type NamedTensorMap,
  reshape,
  type Tensor,
} from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EPSILON, expectNear, seeds } from "../simd/gather-test-blocks.ts";
import {
  describeOnBuilds,
  floatsOf,
  holds,
  onBackend,
  readBack,
  type Values,
  wasmBackend,
} from "./on-builds.ts";

// Values are about 1 and a step is about ten operations, with the options rounded to float32 besides.
const TOLERANCE = 20 * EPSILON;

const groups = {
  /** The size of each parameter. */
  sizes: fc.array(fc.nat(23), { minLength: 1, maxLength: 4 }),
  /** Somebody else holds the old values, so that they must stay. */
  shared: fc.boolean(),
  maximize: fc.boolean(),
  weightDecay: fc.constantFrom(0, 0.1),
  seed: seeds,
};

describeOnBuilds("optimizer steps", () => {
  test("SGD follows the formula, in place or not", () => {
    const options = { momentum: fc.constantFrom(0, 0.9), nesterov: fc.boolean() };
    holds(fc.record({ ...groups, ...options }), (one) => {
      const { sizes, momentum, nesterov, maximize, weightDecay } = one;
      const kinds = tensorsOf(one, momentum === 0 ? 2 : 3);
      const attributes = {
        ...{ count: sizes.length, lr: 0.3, momentum, weightDecay, nesterov, maximize },
        gradientScales: sizes.map((size) => (size % 2 === 0 ? 1 : 0.7)),
      };
      const outputs = step("KindlingSgdStep", kinds, attributes, one.shared);
      sizes.forEach((size, i) => {
        const [p, g, b] = kinds.map((kind) => kind[i]?.values as Float32Array);
        const scale = attributes.gradientScales[i] as number;
        for (let at = 0; at < size; at++) {
          const value = p?.[at] as number;
          const gradient = (maximize ? -1 : 1) * (g?.[at] as number) + weightDecay * value;
          const buffer = momentum * (b?.[at] ?? 0) + scale * gradient;
          const ahead = nesterov ? gradient + momentum * buffer : buffer;
          const expected = [value - 0.3 * (momentum === 0 ? gradient : ahead), buffer];
          outputs.forEach((kind, k) => {
            expectNear(`${k}`, [kind[i]?.[at] as number], [expected[k] as number], TOLERANCE);
          });
        }
      });
    });
  });

  test("Adam and AdamW follow the formula, in place or not", () => {
    const options = { amsgrad: fc.boolean(), decoupledWeightDecay: fc.boolean() };
    holds(fc.record({ ...groups, ...options }), (one) => {
      const { sizes, amsgrad, decoupledWeightDecay, maximize, weightDecay } = one;
      const kinds = tensorsOf(one, amsgrad ? 5 : 4);
      // Second moments are not negative.
      for (const kind of kinds.slice(3))
        for (const { values } of kind) values.set(values.map(Math.abs));
      const attributes = {
        ...{ count: sizes.length, lr: 0.01, beta1: 0.9, beta2: 0.999, eps: 1e-8 },
        ...{ weightDecay, decoupledWeightDecay, amsgrad, maximize },
        stepSizes: sizes.map((size) => 0.02 + size / 1000),
        rootCorrections: sizes.map((size) => 0.5 + size / 100),
      };
      const outputs = step("KindlingAdamStep", kinds, attributes, one.shared);
      sizes.forEach((size, i) => {
        const [p, g, m, v, largest] = kinds.map((kind) => kind[i]?.values as Float32Array);
        for (let at = 0; at < size; at++) {
          const value = (p?.[at] as number) * (decoupledWeightDecay ? 1 - 0.01 * weightDecay : 1);
          const penalty = decoupledWeightDecay ? 0 : weightDecay * value;
          const gradient = (maximize ? -1 : 1) * (g?.[at] as number) + penalty;
          const mean = (m?.[at] as number) + (gradient - (m?.[at] as number)) * 0.1;
          const square = (v?.[at] as number) * 0.999 + gradient ** 2 * 0.001;
          const bound = Math.max(largest?.[at] ?? 0, square);
          const root = Math.sqrt(bound) / (attributes.rootCorrections[i] as number);
          const update = ((attributes.stepSizes[i] as number) * mean) / (root + 1e-8);
          const expected = [value - update, mean, square, bound];
          outputs.forEach((kind, k) => {
            // A step divides by a root that may be small.
            const allowed = TOLERANCE * (k === 0 ? 1 + Math.abs(update) : 1);
            expectNear(`${k}`, [kind[i]?.[at] as number], [expected[k] as number], allowed);
          });
        }
      });
    });
  });
});

/** Parameters, gradients and buffers: for each a list of one tensor a parameter. */
function tensorsOf(
  { sizes, seed }: { readonly sizes: readonly number[]; readonly seed: number },
  kinds: number,
): Values<Float32Array>[][] {
  return Array.from({ length: kinds }, (_, kind) =>
    sizes.map((size, i) => floatsOf(seed + 10 * kind + 2 * i, [size])),
  );
}

/** Runs a step, and checks its memory; returns the new parameters and buffers. */
function step(
  kernel: string,
  kinds: readonly (readonly Values[])[],
  attributes: object,
  shared: boolean,
): Float32Array[][] {
  const before = [memory().numTensors, wasmBackend().numDataIds()];
  const inputs = kinds.flat().map(onBackend);
  const views = shared ? inputs.map((input) => reshape(input, [1, input.size])) : [];
  const count = kinds[0]?.length as number;
  const isGradient = (_: unknown, i: number): boolean => i >= count && i < 2 * count;
  // A list where the types say a record, as the optimizers call it.
  const list = inputs as unknown as NamedTensorMap;
  const outputs = engine().runKernel(kernel, list, attributes as NamedAttrMap) as Tensor[];
  const updated = inputs.filter((input, i) => !isGradient(input, i));
  expect(outputs.map(({ shape }) => shape)).toEqual(updated.map(({ shape }) => shape));
  for (const [i, output] of outputs.entries()) {
    const inPlace = output.dataId === updated[i]?.dataId;
    expect(inPlace).toBe(!shared);
  }
  const old = kinds.flat().filter((kind, i) => shared || isGradient(kind, i));
  const kept = shared ? views : inputs.filter(isGradient);
  expect(kept.map((tensor) => readBack(tensor).values)).toEqual(old.map(({ values }) => values));
  const read = outputs.map((output) => readBack(output).values as Float32Array);
  for (const tensor of [...inputs, ...views, ...outputs]) tensor.dispose();
  expect([memory().numTensors, wasmBackend().numDataIds()]).toEqual(before);
  return Array.from({ length: read.length / count }, (_, k) => {
    return read.slice(k * count, (k + 1) * count);
  });
}
