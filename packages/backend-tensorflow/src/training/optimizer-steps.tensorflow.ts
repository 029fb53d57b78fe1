import {
  add,
  clone,
  engine,
  type NamedAttrMap,
  type NamedTensorMap,
  reshape,
  setBackend,
  type Tensor,
  tensor,
} from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  expectNear,
  holds,
  native,
  noise,
  onBackend,
  onBothBackends,
  onTensorflow,
  onWasm,
  type Values,
} from "./on-both.ts";

const groups = {
  sizes: fc.array(fc.nat(23), { minLength: 1, maxLength: 6 }),
  /** Somebody else holds the old values, so that they must stay. */
  shared: fc.boolean(),
  maximize: fc.boolean(),
  weightDecay: fc.constantFrom(0, 0.1),
  seed: fc.nat(1000),
};

describe("optimizer steps on tensorflow", () => {
  onBothBackends();

  test("SGD is wasm's, in place or not", () => {
    const options = { momentum: fc.constantFrom(0, 0.9), nesterov: fc.boolean() };
    return holds(fc.record({ ...groups, ...options }), async (one) => {
      const { sizes, shared, seed, ...rest } = one;
      const attributes = {
        ...{ count: sizes.length, lr: 0.3, ...rest },
        gradientScales: sizes.map((size) => (size % 2 === 0 ? 1 : 0.7)),
      };
      await check(
        "KindlingSgdStep",
        lists(sizes, one.momentum === 0 ? 2 : 3, seed),
        attributes,
        shared,
      );
    });
  });

  test("Adam and AdamW are wasm's, in place or not", () => {
    const options = { amsgrad: fc.boolean(), decoupledWeightDecay: fc.boolean() };
    return holds(fc.record({ ...groups, ...options }), async (one) => {
      const { sizes, shared, seed, ...rest } = one;
      const attributes = {
        ...{ count: sizes.length, lr: 0.01, beta1: 0.9, beta2: 0.999, eps: 1e-8, ...rest },
        stepSizes: sizes.map((size) => 0.02 + size / 1000),
        rootCorrections: sizes.map((size) => 0.5 + size / 100),
      };
      await check("KindlingAdamStep", lists(sizes, one.amsgrad ? 5 : 4, seed), attributes, shared);
    });
  });

  test("steps one after the other are wasm's, and a step in between with other decays", async () => {
    const values = lists([6, 3], 4, 5);
    const steps = Array.from({ length: 6 }, (_, t) => adamAttributes(t + 1, t === 3 ? 0.9 : 0.999));
    const results: Float32Array[][] = [];
    for (const backend of ["wasm", "tensorflow"]) {
      await setBackend(backend);
      const tensors = values.map(onBackend);
      const [weights, gradients, buffers] = [
        tensors.slice(0, 2),
        tensors.slice(2, 4),
        tensors.slice(4),
      ];
      for (const attributes of steps) {
        const list = [...weights, ...gradients, ...buffers] as unknown as NamedTensorMap;
        const outputs = engine().runKernel(
          "KindlingAdamStep",
          list,
          attributes as NamedAttrMap,
        ) as Tensor[];
        for (const old of [...weights.splice(0), ...buffers.splice(0)]) old.dispose();
        weights.push(...outputs.slice(0, 2));
        buffers.push(...outputs.slice(2));
      }
      const all = [...weights, ...buffers];
      results.push(await Promise.all(all.map(async (one) => Float32Array.from(await one.data()))));
      for (const one of [...all, ...gradients]) one.dispose();
    }
    const [expected, actual] = results as [Float32Array[], Float32Array[]];
    actual.forEach((one, i) => {
      expectNear(one, expected[i] as Float32Array, 2e-6);
    });
  });

  test("Adam's step is PyTorch's, although 1 − β2 is rounded twice in the second moment", async () => {
    const values: Values[] = [[0], [1], [0], [0]].map((value) => [value, [1]]);
    const outputs = await onTensorflow("KindlingAdamStep", values, {
      ...adamAttributes(1, 0.999),
      ...{ count: 1, stepSizes: [0.1], rootCorrections: [1] },
    });
    expect(outputs[2]?.[0]).toBeCloseTo(1 - Math.fround(0.999), 9);
    expect(outputs[0]?.[0]).toBeCloseTo((-0.1 * 0.1) / Math.sqrt(0.001), 6);
  });

  test("values that were read before a step, or are being read, are read anew after it", async () => {
    await setBackend("tensorflow");
    const given = Float32Array.of(1, 2);
    const tensors: Tensor[] = [tensor(given), onBackend([[1, 1], [2]])];
    const step = (): void => {
      const list = tensors as unknown as NamedTensorMap;
      const attributes = { count: 1, lr: 1, momentum: 0, weightDecay: 0, gradientScales: [1] };
      const outputs = engine().runKernel("KindlingSgdStep", list, attributes as NamedAttrMap);
      tensors[0]?.dispose();
      tensors[0] = (outputs as Tensor[])[0] as Tensor;
    };
    step();
    expect(Array.from((await tensors[0]?.data()) as Float32Array)).toEqual([0, 1]);
    step();
    const during = tensors[0]?.data();
    step();
    expect(Array.from((await during) as Float32Array)).toEqual([-1, 0]);
    expect(Array.from((await tensors[0]?.data()) as Float32Array)).toEqual([-2, -1]);
    expect(Array.from(given), "the array that a tensor was made of").toEqual([1, 2]);
    for (const one of tensors) one.dispose();
  });

  test("a tensor that was updated moves to another backend with its values", async () => {
    const attributes = { count: 1, lr: 1, momentum: 0, weightDecay: 0, gradientScales: [1] };
    const moved = async (): Promise<void> => {
      await setBackend("tensorflow");
      const list = [onBackend([[1, 2], [2]]), onBackend([[1, 1], [2]])];
      const inputs = list as unknown as NamedTensorMap;
      const outputs = engine().runKernel("KindlingSgdStep", inputs, attributes as NamedAttrMap);
      const [p] = outputs as [Tensor];
      for (const one of list) one.dispose();
      await setBackend("wasm");
      const doubled = add(p, p);
      expect(Array.from(await doubled.data())).toEqual([0, 2]);
      for (const one of [p, doubled]) one.dispose();
    };
    await moved(); // The learning rate stays, for the next step.
    const before = native().binding.getNumOfTensors();
    await moved();
    expect(native().binding.getNumOfTensors()).toBe(before);
  });
});

function adamAttributes(t: number, beta2: number) {
  return {
    ...{ count: 2, lr: 0.01, beta1: 0.9, beta2, eps: 1e-8, weightDecay: 0 },
    ...{ decoupledWeightDecay: false, amsgrad: false, maximize: false },
    stepSizes: [0.01, 0.01].map((lr) => lr / (1 - 0.9 ** t)),
    rootCorrections: [beta2, beta2].map((beta) => Math.sqrt(1 - beta ** t)),
  };
}

/** A flat list of tensors, all parameters, all gradients and so on; buffers are not negative. */
function lists(sizes: readonly number[], kinds: number, seed: number): Values[] {
  return Array.from({ length: kinds }, (_, kind) =>
    sizes.map((size, i): Values => {
      const [values, shape] = noise(seed + 10 * kind + i, [size]);
      return [kind < 3 ? values : Float32Array.from(values, Math.abs), shape];
    }),
  ).flat();
}

async function check(
  kernel: string,
  values: readonly Values[],
  attributes: { readonly count: number },
  shared: boolean,
): Promise<void> {
  const expected = await onWasm(kernel, values, attributes);
  await setBackend("tensorflow");
  const { count } = attributes;
  const before = native().numDataIds();
  const inputs = values.map(onBackend);
  const views = shared
    ? inputs.flatMap((input) => [clone(input), reshape(input, [1, input.size])])
    : [];
  const list = inputs as unknown as NamedTensorMap;
  const outputs = engine().runKernel(
    kernel,
    list,
    attributes as object as NamedAttrMap,
  ) as Tensor[];
  const updated = inputs.filter((_, i) => i < count || i >= 2 * count);
  outputs.forEach((output, i) => {
    expect(output.dataId === updated[i]?.dataId).toBe(!shared);
  });
  for (const [i, view] of views.entries()) {
    expect(Array.from(await view.data())).toEqual(Array.from(values[i >> 1]?.[0] as Float32Array));
  }
  for (const [i, output] of outputs.entries()) {
    expectNear(await output.data(), expected[i] as Float32Array, 1e-5);
  }
  for (const one of [...inputs, ...views, ...outputs]) one.dispose();
  expect(native().numDataIds()).toBe(before);
}
