import { FUSED } from "@kindling/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { noise, seeds } from "../simd/gather-test-blocks.ts";
import { describeOnBuilds, holds, runKernel, sizeOf, type Values } from "./on-builds.ts";

const cases = fc.record({
  indices: fc.array(fc.nat(6), { maxLength: 12 }),
  row: fc.array(fc.nat(7), { maxLength: 3 }),
  /** Bytes before the first row and after the last. */
  around: fc.tuple(fc.nat(3), fc.nat(3)),
  divisor: fc.constantFrom(1, 255, 3),
  seed: seeds,
});

describeOnBuilds("KindlingGatherBytes", () => {
  test("is each byte of the rows divided, to the last bit", () => {
    holds(cases, ({ indices, row, around: [before, after], divisor, seed }) => {
      const width = sizeOf(row);
      const all = Uint8Array.from(noise(seed, before + 7 * width + after, 128), (v) => v + 128);
      const bytes = all.subarray(before);
      const shape = [indices.length, ...row];
      for (const list of [indices, Int32Array.from(indices)]) {
        const attributes = { bytes, width, indices: list, divisor, shape };
        const [out] = runKernel(FUSED.gatherBytes, {}, attributes) as [Values];
        const expected = indices.flatMap((index) =>
          Array.from(bytes.subarray(index * width, (index + 1) * width), (byte) =>
            Math.fround(byte / divisor),
          ),
        );
        expect(out.shape).toEqual(shape);
        expect(out.values).toEqual(Float32Array.from(expected));
      }
    });
  });
});
