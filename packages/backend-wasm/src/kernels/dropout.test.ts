import { FUSED, Generator } from "@kindling/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectNear, seeds } from "../simd/gather-test-blocks.ts";
import { describeOnBuilds, floatsOf, holds, runKernel, type Values } from "./on-builds.ts";

const cases = fc.record({
  seed: seeds,
  skipped: fc.nat(1300),
  shapes: fc.array(fc.array(fc.nat(12), { maxLength: 3 }), { maxLength: 3 }),
  p: fc.constantFrom(0, 0.1, 0.5, 0.9, 1 / 3),
});

describeOnBuilds("dropout", () => {
  test("keeps what the generator's draws keep, and leaves the state where the generator's is", () => {
    holds(cases, ({ seed, skipped, shapes, p }) => {
      const generator = new Generator(seed);
      for (let i = 0; i < skipped; i++) generator.random();
      const { words, index } = generator.getState();
      const random = { words: Uint32Array.from(words), index };
      const scale = Math.fround(1 / (1 - p));
      for (const shape of shapes) {
        const x = floatsOf(seed + shape.length, shape);
        const kept = Array.from(generator.uniform(x.values.length), (draw) => draw >= p);
        // One product of two float32, rounded once.
        const expected = kept.map((keep, i) =>
          Math.fround((x.values[i] as number) * (keep ? scale : 0)),
        );
        const [y, mask] = runKernel(FUSED.dropout, { x }, { p, scale, random }) as [Values, Values];
        expect([y.shape, mask.shape]).toEqual([shape, shape]);
        expect(mask.values).toEqual(Uint8Array.from(kept, Number));
        expectNear("y", y.values, expected, 0);
        const [dx] = runKernel(FUSED.dropoutGrad, { dy: x, mask }, { scale }) as [Values];
        expect(dx.shape).toEqual(shape);
        expectNear("dx", dx.values, expected, 0);
      }
      const after = generator.getState();
      expect(random.index).toBe(after.index);
      expect([...random.words]).toEqual(after.words);
    });
  });
});
