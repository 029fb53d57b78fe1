import { expect, test } from "vitest";
import { CurvePoints } from "./curve-points.ts";

test("keeps values, a smooth line through them, and validation's", () => {
  const points = new CurvePoints(0.5);
  points.add(1, 4);
  points.add(2, 2);
  points.mark(2, 1);
  points.mark(5, 0.5);
  expect(points.columns).toEqual([
    [1, 2, 5],
    [4, 2, null],
    [4, 3, null],
    [null, 1, 0.5],
  ]);
});

test("stays small in a long run, and keeps every validation value", () => {
  const points = new CurvePoints();
  for (let step = 1; step <= 50_000; step++) {
    points.add(step, 1 / step);
    if (step % 1000 === 999) points.mark(step, 0.5);
  }
  const [steps, , , validation] = points.columns;
  expect(steps.length).toBeLessThanOrEqual(3000);
  expect(validation.filter((value) => value !== null)).toHaveLength(50);
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
});
