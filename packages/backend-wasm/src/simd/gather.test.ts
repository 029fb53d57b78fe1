import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Arena, BUILDS } from "./arena.ts";
import { bytes, integers, noise, seeds } from "./gather-test-blocks.ts";

const lists = fc.array(fc.nat(6), { maxLength: 12 });

describe.each(BUILDS)("gather, %s build", async (build) => {
  const arena = await Arena.create(build);

  test("gatherRows copies rows, in the order of the indices", () => {
    fc.assert(
      fc.property(lists, fc.nat(21), seeds, (indices, width, seed) => {
        arena.reset();
        const values = noise(seed, 7 * width);
        const out = arena.floats(indices.length * width);
        const x = arena.floats(values);
        const places = integers(arena, indices);
        const { gatherRows } = arena.kernels;
        expect(gatherRows(x, places, out, indices.length, width, 7)).toBe(0);
        const expected = indices.flatMap((i) => [...values.subarray(i * width, (i + 1) * width)]);
        expect([...arena.read(out, expected.length)]).toEqual(expected);
        arena.checkCanaries();
      }),
    );
  });

  test("gatherBytes is each byte divided, to the last bit", () => {
    fc.assert(
      fc.property(
        lists,
        fc.nat(50),
        seeds,
        fc.constantFrom(1, 255, 3),
        (indices, width, ...rest) => {
          const [seed, divisor] = rest;
          arena.reset();
          const values = Uint8Array.from(noise(seed, 7 * width, 128), (value) => value + 128);
          const out = arena.floats(indices.length * width);
          const x = bytes(arena, values);
          const places = integers(arena, indices);
          const { gatherBytes } = arena.kernels;
          expect(gatherBytes(x, places, out, indices.length, width, 7, divisor)).toBe(0);
          const expected = indices.flatMap((i) =>
            Array.from(values.subarray(i * width, (i + 1) * width), (v) =>
              Math.fround(v / divisor),
            ),
          );
          expect([...arena.read(out, expected.length)]).toEqual(expected);
          arena.checkCanaries();
        },
      ),
    );
  });

  test("every byte over 255 is float32's quotient", () => {
    arena.reset();
    const out = arena.floats(256);
    const x = bytes(
      arena,
      Uint8Array.from({ length: 256 }, (_, i) => i),
    );
    arena.kernels.gatherBytes(x, integers(arena, [0]), out, 1, 256, 1, 255);
    const expected = Array.from({ length: 256 }, (_, i) => Math.fround(i / 255));
    expect([...arena.read(out, 256)]).toEqual(expected);
  });

  test("an index that is no row is reported, and nothing is written", () => {
    arena.reset();
    const out = arena.floats(12);
    const x = arena.floats(new Float32Array(12));
    for (const wrong of [3, -1, 2 ** 31 - 1]) {
      const indices = integers(arena, [0, wrong, 1]);
      expect(arena.kernels.gatherRows(x, indices, out, 3, 4, 3)).toBe(2);
      expect(arena.kernels.gatherBytes(x, indices, out, 3, 4, 3, 255)).toBe(2);
    }
    expect([...arena.read(out, 12)].every(Number.isNaN)).toBe(true);
    arena.checkCanaries();
  });
});
