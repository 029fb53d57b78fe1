import { expect, test } from "vitest";
import { centreDigit } from "./centre-digit.ts";

const SIZE = 280;

/** A drawing of filled rectangles `[left, top, width, height]`. */
function drawing(...boxes: [number, number, number, number][]): Uint8Array {
  const ink = new Uint8Array(SIZE * SIZE);
  for (const [left, top, width, height] of boxes) {
    for (let y = top; y < top + height; y++) {
      ink.fill(255, y * SIZE + left, y * SIZE + left + width);
    }
  }
  return ink;
}

/** Rows and columns with ink, and the centre of mass. */
function extent(digit: Float32Array) {
  const rows = new Set<number>();
  const columns = new Set<number>();
  let [mass, x, y] = [0, 0, 0];
  digit.forEach((value, i) => {
    const [column, row] = [i % 28, Math.floor(i / 28)];
    if (value > 0.01) {
      rows.add(row);
      columns.add(column);
    }
    mass += value;
    x += value * (column + 0.5);
    y += value * (row + 0.5);
  });
  return { rows: rows.size, columns: columns.size, mass, x: x / mass, y: y / mass };
}

test("nothing, or next to nothing, is no digit", () => {
  expect(centreDigit(new Uint8Array(SIZE * SIZE), SIZE, SIZE)).toBeNull();
  expect(centreDigit(new Uint8Array(SIZE * SIZE).fill(3), SIZE, SIZE)).toBeNull();
});

test.each([
  ["small, in a corner", drawing([0, 0, 10, 40])],
  ["large, at an edge", drawing([200, 20, 50, 200])],
])("%s: twenty pixels high, in the middle", (_, ink) => {
  const { rows, x, y } = extent(centreDigit(ink, SIZE, SIZE) as Float32Array);
  expect(rows).toBe(20);
  expect(x).toBeCloseTo(14, 3);
  expect(y).toBeCloseTo(14, 3);
});

test("a wide drawing keeps its proportions", () => {
  const { rows, columns, mass } = extent(
    centreDigit(drawing([30, 100, 200, 50]), SIZE, SIZE) as Float32Array,
  );
  expect([columns, mass]).toEqual([20, expect.closeTo(20 * 5, 3)]);
  expect(rows).toBeLessThanOrEqual(6);
});

test("it is the centre of mass that is in the middle, as in MNIST", () => {
  // A wide bar at the top of a narrower stem.
  const digit = centreDigit(drawing([100, 40, 100, 40], [130, 80, 40, 120]), SIZE, SIZE);
  const { x, y } = extent(digit as Float32Array);
  expect(x).toBeCloseTo(14, 2);
  expect(y).toBeCloseTo(14, 1);
  expect(Math.max(...(digit as Float32Array))).toBeCloseTo(1, 5);
});

test("ink that the centre would push out of the picture stays in it", () => {
  // A heavy blot, and a long thin tail.
  const ink = drawing([0, 0, 60, 60], [0, 60, 10, 220]);
  const digit = centreDigit(ink, SIZE, SIZE) as Float32Array;
  const { rows, mass } = extent(digit);
  expect(rows).toBe(20);
  expect(mass).toBeCloseTo((60 * 60 + 10 * 220) / 14 ** 2, 2);
});
