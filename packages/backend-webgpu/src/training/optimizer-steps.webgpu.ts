import {
  engine,
  type NamedAttrMap,
  type NamedTensorMap,
  reshape,
  setBackend,
  type Tensor,
} from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  expectNear,
  gpu,
  holds,
  noise,
  onBackend,
  onBothBackends,
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

describe("optimizer steps on webgpu", () => {
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

  test("values that were read before a step, or are being read, are read anew after it", async () => {
    await setBackend("webgpu");
    const tensors = [onBackend([[1, 2], [2]]), onBackend([[1, 1], [2]])];
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
    for (const one of tensors) one.dispose();
  });
});

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
  await setBackend("webgpu");
  const { count } = attributes;
  const before = gpu().numDataIds();
  gpu().device.pushErrorScope("validation");
  const inputs = values.map(onBackend);
  const views = shared ? inputs.map((input) => reshape(input, [1, input.size])) : [];
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
    expect(Array.from(await view.data())).toEqual(Array.from(values[i]?.[0] as Float32Array));
  }
  for (const [i, output] of outputs.entries()) {
    expectNear(await output.data(), expected[i] as Float32Array, 1e-5);
  }
  expect((await gpu().device.popErrorScope())?.message).toBeUndefined();
  for (const one of [...inputs, ...views, ...outputs]) one.dispose();
  expect(gpu().numDataIds()).toBe(before);
}
