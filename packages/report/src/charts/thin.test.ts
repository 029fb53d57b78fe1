import fc from "fast-check";
import { expect, test } from "vitest";
import { type Drawn, thin } from "./thin.ts";

test("keeps few points as they are", () => {
  const points: Drawn[] = [
    [1, 2],
    [2, null],
  ];
  expect(thin(points, 1)).toBe(points);
});

test("keeps the extremes and the order, in at most two points a bucket", () => {
  const values = fc.array(fc.option(fc.integer()), { minLength: 20, maxLength: 200 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 9 }), (ys, buckets) => {
      const points = ys.map((y, x): Drawn => [x, y]);
      const kept = thin(points, buckets);
      expect(kept.length).toBeLessThanOrEqual(2 * buckets);
      expect(kept.map(([x]) => x)).toEqual(kept.map(([x]) => x).toSorted((a, b) => a - b));
      const finite = (list: readonly Drawn[]) => list.flatMap(([, y]) => (y === null ? [] : [y]));
      expect(Math.max(...finite(kept))).toBe(Math.max(...finite(points)));
      expect(Math.min(...finite(kept))).toBe(Math.min(...finite(points)));
    }),
  );
});
