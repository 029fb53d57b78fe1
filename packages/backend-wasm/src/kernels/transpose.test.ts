import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seeds } from "../simd/gather-test-blocks.ts";
import { arrayOf, DTYPES, describeOnBuilds, holds, runKernel, type Values } from "./on-builds.ts";

describeOnBuilds("Transpose", () => {
  describe("puts the axes in any order, of every type", () => {
    test.each([1, 2, 3, 4, 5])("of rank %i", (rank) => {
      const lengths = fc.integer({ min: 1, max: rank < 4 ? 9 : 4 });
      const shapes = fc.array(lengths, { minLength: rank, maxLength: rank });
      for (const perm of permutations(rank)) {
        holds(
          fc.tuple(shapes, fc.constantFrom(...DTYPES), seeds),
          ([shape, dtype, seed]) => {
            const x = arrayOf(dtype, seed, shape);
            const [y] = runKernel("Transpose", { x }, { perm }) as [Values];
            const expected = transposed(x, perm);
            expect(y.shape).toEqual(expected.shape);
            expect(y.values).toEqual(expected.values);
          },
          12,
        );
      }
    });
  });

  test.each([1, 2, 3, 4, 5])("of nothing is nothing, of rank %i", (rank) => {
    for (const perm of permutations(rank)) {
      for (const dtype of DTYPES) {
        for (let axis = 0; axis < rank; axis++) {
          const x = arrayOf(dtype, 1, Array(rank).fill(2).with(axis, 0));
          const [y] = runKernel("Transpose", { x }, { perm }) as [Values];
          expect(y).toEqual(transposed(x, perm));
        }
      }
    }
  });

  test("turns large blocks, in whole and in part", () => {
    for (const shape of [
      [3, 65, 130],
      [1, 257, 31],
    ]) {
      const x = arrayOf("int32", 1, shape);
      const [y] = runKernel("Transpose", { x }, { perm: [0, 2, 1] }) as [Values];
      expect(y.values).toEqual(transposed(x, [0, 2, 1]).values);
    }
  });
});

function permutations(rank: number): number[][] {
  if (rank === 0) return [[]];
  const last = rank - 1;
  return permutations(last).flatMap((shorter) =>
    Array.from({ length: rank }, (_, at) => [...shorter.slice(0, at), last, ...shorter.slice(at)]),
  );
}

/** By the definition: place `i` of the result's axis `a` is place `i` of the input's axis `perm[a]`. */
function transposed({ shape, values }: Values, perm: readonly number[]): Values {
  const steps = shape.map((_, axis) => shape.slice(axis + 1).reduce((size, n) => size * n, 1));
  const own = perm.map((axis) => shape[axis] as number);
  const result = values.slice();
  for (let at = 0; at < result.length; at++) {
    let rest = at;
    let from = 0;
    for (let axis = own.length - 1; axis >= 0; axis--) {
      from += (rest % (own[axis] as number)) * (steps[perm[axis] as number] as number);
      rest = Math.floor(rest / (own[axis] as number));
    }
    result[at] = values[from] as number;
  }
  return { shape: own, values: result };
}
