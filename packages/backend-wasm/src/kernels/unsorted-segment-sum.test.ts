import fc from "fast-check";
import { expect, test } from "vitest";
import { addProduct, emptySums, expectSums } from "../simd/convolution-reference.ts";
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

const cases = fc.record({
  ids: fc.array(fc.integer({ min: -2, max: 8 }), { maxLength: 30 }),
  row: fc.array(fc.nat(5), { maxLength: 2 }),
  numSegments: fc.nat(7),
  dtype: fc.constantFrom(...DTYPES),
  seed: seeds,
});

describeOnBuilds("UnsortedSegmentSum", () => {
  test("adds rows by id and leaves out ids that are none", () => {
    holds(cases, ({ ids, row, numSegments, dtype, seed }) => {
      const x = arrayOf(dtype, seed, [ids.length, ...row]);
      const segmentIds = { shape: [ids.length], values: Int32Array.from(ids) };
      const inputs = { x, segmentIds };
      const [out] = runKernel("UnsortedSegmentSum", inputs, { numSegments }) as [Values];
      expect(out.shape).toEqual([numSegments, ...row]);
      const width = sizeOf(row);
      const sums = emptySums(numSegments * width);
      ids.forEach((id, place) => {
        if (id < 0 || id >= numSegments) return;
        for (let k = 0; k < width; k++) {
          addProduct(sums, id * width + k, x.values[place * width + k] as number, 1);
        }
      });
      if (dtype === "float32") expectSums(out.values as Float32Array, sums);
      else expect(out.values).toEqual(Int32Array.from(sums.values));
    });
  });
});
