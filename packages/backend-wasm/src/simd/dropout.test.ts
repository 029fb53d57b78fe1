import { Generator } from "@kindling/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Arena, BUILDS } from "./arena.ts";
import { bytes, integers, noise, readBytes, seeds } from "./gather-test-blocks.ts";

const { fround } = Math;

describe.each(BUILDS)("dropout, %s build", async (build) => {
  const arena = await Arena.create(build);

  test("draws the generator's own sequence and leaves it where the generator would be", () => {
    fc.assert(
      fc.property(
        ...([seeds, fc.nat(1300), fc.array(fc.nat(1400), { maxLength: 3 })] as const),
        fc.constantFrom(0, 0.1, 0.5, 0.9, 1 / 3, 1),
        fc.boolean(),
        (seed, skipped, sizes, p, masked) => {
          const generator = new Generator(seed);
          for (let i = 0; i < skipped; i++) generator.random();
          const scale = fround(p === 1 ? 0 : 1 / (1 - p));
          arena.reset();
          const { words: before, index: start } = generator.getState();
          const words = integers(arena, before as number[]);
          let index = start;
          for (const size of sizes) {
            const values = noise(seed + size, size);
            const x = arena.floats(values);
            const y = arena.floats(size);
            const mask = masked ? bytes(arena, new Uint8Array(size).fill(9)) : 0;
            index = arena.kernels.dropout(words, index, x, y, mask, size, p, scale);
            const kept = Array.from(generator.uniform(size), (value) => value >= p);
            const expected = kept.map((keep, i) =>
              fround((values[i] as number) * (keep ? scale : 0)),
            );
            expect([...arena.read(y, size)]).toEqual(expected);
            if (!masked) continue;
            expect([...readBytes(arena, mask, size)]).toEqual(kept.map(Number));
            const dx = arena.floats(size);
            arena.kernels.dropoutGrad(x, mask, dx, size, scale);
            expect([...arena.read(dx, size)]).toEqual(expected);
          }
          const after = generator.getState();
          expect(index).toBe(after.index);
          const state = new Uint32Array(arena.read(words, 0).buffer, words, 624);
          expect([...state]).toEqual([...after.words]);
          arena.checkCanaries();
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a NaN that is dropped stays NaN, as x · mask has it", () => {
    arena.reset();
    const words = integers(arena, new Generator(0).getState().words as number[]);
    const x = arena.floats([Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    arena.kernels.dropout(words, 624, x, x, 0, 5, 1, 0);
    expect([...arena.read(x, 5)].every(Number.isNaN)).toBe(true);
  });
});
