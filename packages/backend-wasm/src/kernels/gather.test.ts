import fc from "fast-check";
import { expect, test } from "vitest";
import { seeds } from "../simd/gather-test-blocks.ts";
import {
  arrayOf,
  DTYPES,
  describeOnBuilds,
  holds,
  runKernel,
  sizeOf,
  type Values,
} from "./on-builds.ts";

const cases = fc
  .record({
    batch: fc.array(fc.nat(3), { maxLength: 2 }),
    outer: fc.array(fc.nat(3), { maxLength: 2 }),
    size: fc.integer({ min: 1, max: 7 }),
    slice: fc.array(fc.nat(7), { maxLength: 2 }),
    places: fc.array(fc.nat(4), { maxLength: 2 }),
    dtype: fc.constantFrom(...DTYPES),
    seed: seeds,
  })
  .map(({ batch, outer, size, slice, places, dtype, seed }) => {
    const indices = arrayOf("int32", seed + 2, [...batch, ...places]);
    return {
      ...{ batch, outer, size, slice, places },
      x: arrayOf(dtype, seed, [...batch, ...outer, size, ...slice]),
      indices: { ...indices, values: indices.values.map((value) => Math.abs(value) % size) },
    };
  });

describeOnBuilds("GatherV2", () => {
  test("takes slices along any axis, of every type, batch by batch", () => {
    holds(
      cases,
      ({ x, indices, batch, outer, size, slice, places }) => {
        const attributes = { axis: batch.length + outer.length, batchDims: batch.length };
        const [out] = runKernel("GatherV2", { x, indices }, attributes) as [Values];
        expect(out.shape).toEqual([...batch, ...outer, ...places, ...slice]);
        const [width, count, rows] = [sizeOf(slice), sizeOf(places), sizeOf(outer)];
        const parts: number[] = [];
        for (let row = 0; row < sizeOf(batch) * rows; row++) {
          for (let i = 0; i < count; i++) {
            const index = indices.values[Math.floor(row / rows) * count + i] as number;
            const from = (row * size + index) * width;
            parts.push(...x.values.subarray(from, from + width));
          }
        }
        expect(out.values.constructor).toBe(x.values.constructor);
        expect([...out.values]).toEqual(parts);
      },
      200,
    );
  });
});
