import fc from "fast-check";
import { expect, test } from "vitest";
import { makeHistogram } from "./histogram.ts";

test("counts each value between two limits, the left one included", () => {
  const histogram = makeHistogram([0, 1e-12, 1e-12, -1e-12, 2e-13]);
  // An empty bucket whose limit is the left end of the first one that has a value.
  expect(histogram?.counts).toEqual([0, 1, 2, 2]);
  expect(histogram?.limits).toEqual([-1e-12, 0, 1e-12, 1e-12 * 1.1]);
  expect(histogram).toMatchObject({ min: -1e-12, max: 1e-12, num: 5 });
});

test("leaves out what is not finite, and is null when nothing is", () => {
  const histogram = makeHistogram([Number.NaN, 1, Number.POSITIVE_INFINITY, 3]);
  expect(histogram).toMatchObject({ min: 1, max: 3, num: 2, sum: 4, sumSquares: 10 });
  expect(makeHistogram([Number.NaN, Number.NEGATIVE_INFINITY])).toBeNull();
  expect(makeHistogram([])).toBeNull();
});

test("loses no finite value, however large or small", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
      (values) => {
        const histogram = makeHistogram(values);
        const total = histogram?.counts.reduce((sum, count) => sum + count, 0);
        expect(total).toBe(values.length);
        expect(histogram?.limits).toHaveLength(histogram?.counts.length ?? 0);
      },
    ),
  );
});
