// Fused convolutions and their gradients, of any geometry, beside the wasm backend's.
import { FUSED } from "@kindling/core";
import fc from "fast-check";
import { test } from "vitest";
import type { FusedComparison } from "./fused-comparison.ts";
import { noise } from "./fused-values.ts";

const small = fc.integer({ min: 1, max: 3 });
const cases = fc.record({
  batch: fc.integer({ min: 0, max: 3 }),
  height: fc.integer({ min: 3, max: 9 }),
  width: fc.integer({ min: 3, max: 9 }),
  within: fc.integer({ min: 1, max: 5 }),
  per: fc.integer({ min: 1, max: 9 }),
  groups: fc.constantFrom(1, 1, 2, 3),
  kernel: fc.tuple(small, small),
  strides: fc.tuple(small, small),
  dilations: fc.tuple(small, small),
  padding: fc.tuple(fc.tuple(fc.nat(2), fc.nat(2)), fc.tuple(fc.nat(2), fc.nat(2))),
  bias: fc.boolean(),
  seed: fc.nat(1000),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

function described(one: Case) {
  const { batch, height, width, within, per, groups, kernel, strides, dilations, padding } = one;
  const windows = ([height, width] as const).map((size, axis) => {
    const [before, after] = padding[axis] as [number, number];
    const reach = ((kernel[axis] as number) - 1) * (dilations[axis] as number) + 1;
    return Math.max(0, Math.floor((size + before + after - reach) / (strides[axis] as number)) + 1);
  });
  return {
    attributes: { strides, dilations, padding, groups },
    x: [batch, height, width, within * groups],
    filter: [...kernel, within, per * groups],
    y: [batch, ...windows, per * groups],
  };
}

/** Five tests: of the forward pass, the input's and the filter's gradient, and of large filters' gradients. */
export function testFusedConvolutions({ holds, expectSame }: FusedComparison): void {
  test("the forward pass is wasm's for any geometry", () =>
    holds(cases, async (one) => {
      const { attributes, x, filter } = described(one);
      const bias = one.bias ? { bias: noise(one.seed + 2, [filter[3] as number]) } : {};
      const inputs = { x: noise(one.seed, x), filter: noise(one.seed + 1, filter), ...bias };
      await expectSame(FUSED.conv2d, inputs, attributes);
    }));

  test("the gradient of the input is wasm's for any geometry", () =>
    holds(cases, async (one) => {
      const { attributes, x, filter, y } = described(one);
      const inputs = { dy: noise(one.seed, y), filter: noise(one.seed + 1, filter) };
      await expectSame(FUSED.conv2dInputGrad, inputs, { ...attributes, inputShape: x });
    }));

  test("the gradient of the filter is wasm's for any geometry", () =>
    holds(cases, async (one) => {
      const { attributes, x, filter, y } = described(one);
      const inputs = { x: noise(one.seed, x), dy: noise(one.seed + 1, y) };
      await expectSame(FUSED.conv2dFilterGrad, inputs, { ...attributes, filterShape: filter });
    }));

  test.each([
    ["one tile in many shares", [2, 28, 28, 1], [3, 3, 1, 8]],
    ["tiles in both directions", [1, 14, 14, 8], [3, 3, 8, 40]],
  ] as const)("the gradient of a filter in %s is wasm's", (_, x, filter) =>
    expectSame(
      FUSED.conv2dFilterGrad,
      { x: noise(1, x), dy: noise(2, [x[0], x[1], x[2], filter[3]]) },
      {
        ...{ strides: [1, 1], dilations: [1, 1], groups: 1, filterShape: filter },
        padding: [
          [1, 1],
          [1, 1],
        ],
      },
      1e-4, // a sum of 1,568 products
    ),
  );
}
