import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Arena, BUILDS } from "./arena.ts";
import { EPSILON, expectNear, noise, seeds } from "./gather-test-blocks.ts";

const rowCounts = fc.oneof(fc.nat(20), fc.integer({ min: 500, max: 3000 }));
const columnCounts = fc.oneof(fc.nat(40), fc.integer({ min: 1020, max: 1030 }));
const matrices = fc
  .tuple(rowCounts, columnCounts, seeds)
  .filter(([rows, columns]) => rows * columns < 100_000);

// Additions in a lane of a block, the lanes' sum, and the roundings around it, for each element's share.
const BLOCKED = 70 * EPSILON;

describe.each(BUILDS)("reductions, %s build", async (build) => {
  const arena = await Arena.create(build);

  test("columnSums adds up each column, of any number of rows", () => {
    fc.assert(
      fc.property(matrices, fc.constantFrom(1, 7), ([rows, columns, seed], divisor) => {
        arena.reset();
        const values = noise(seed, rows * columns);
        const out = arena.floats(columns);
        arena.kernels.columnSums(arena.floats(values), out, rows, columns, divisor);
        const sums = new Float64Array(columns);
        const sizes = new Float64Array(columns);
        values.forEach((value, i) => {
          const at = i % columns;
          sums[at] = (sums[at] as number) + value / divisor;
          sizes[at] = (sizes[at] as number) + Math.abs(value) / divisor;
        });
        // A panel is at least 16 rows and 8192 floats; panels are added one by one.
        const panel = Math.max(16, Math.floor(8192 / Math.max(1, columns)));
        const additions = Math.min(rows, panel) + Math.ceil(rows / panel) + 6;
        const allowed = (i: number) => additions * EPSILON * (sizes[i] as number);
        expectNear("out", arena.read(out, columns), sums, allowed);
        arena.checkCanaries();
      }),
    );
  });

  test("rowSums and sumOfSquares keep their precision at any length", () => {
    fc.assert(
      fc.property(matrices, fc.constantFrom(1, 7), ([rows, columns, seed], divisor) => {
        arena.reset();
        const values = noise(seed, rows * columns);
        const x = arena.floats(values);
        const out = arena.floats(rows);
        arena.kernels.rowSums(x, out, rows, columns, divisor);
        const sums = Array.from({ length: rows }, (_, row) => {
          const own = values.subarray(row * columns, (row + 1) * columns);
          return own.reduce((total, value) => total + value, 0) / divisor;
        });
        const allowed = (BLOCKED * columns) / divisor;
        expectNear("out", arena.read(out, rows), sums, allowed);
        let squares = 0;
        for (const value of values) squares += value * value;
        const received = arena.kernels.sumOfSquares(x, values.length);
        expectNear("sumOfSquares", [received], [squares], BLOCKED * squares);
        arena.checkCanaries();
      }),
    );
  });

  test("a sum of two million equal numbers is not a rounding of a rounding", () => {
    arena.reset();
    const size = 2_000_000;
    const x = arena.floats(new Float32Array(size).fill(0.1));
    const out = arena.floats(1);
    const total = size * Math.fround(0.1);
    arena.kernels.rowSums(x, out, 1, size, 1);
    expectNear("rowSums", arena.read(out, 1), [total], BLOCKED * total);
    arena.kernels.columnSums(x, out, size, 1, 1);
    expectNear("columnSums", arena.read(out, 1), [total], BLOCKED * total);
  });

  test("addTo adds each value once, for any size", () => {
    fc.assert(
      fc.property(fc.nat(40), seeds, (size, seed) => {
        arena.reset();
        const [totals, values] = [noise(seed, size), noise(seed + 1, size)];
        const total = arena.floats(totals);
        arena.kernels.addTo(total, arena.floats(values), size);
        const expected = Array.from(totals, (value, i) =>
          Math.fround(value + (values[i] as number)),
        );
        expect([...arena.read(total, size)]).toEqual(expected);
        arena.checkCanaries();
      }),
    );
  });

  test("rowMaxima finds the largest of each row, and NaN", () => {
    fc.assert(
      fc.property(fc.nat(5), fc.nat(40), seeds, (rows, columns, seed) => {
        arena.reset();
        const values = noise(seed, rows * columns).map((value) => value - 2);
        if (seed % 4 === 0 && values.length > 0) values[seed % values.length] = Number.NaN;
        const out = arena.floats(rows);
        arena.kernels.rowMaxima(arena.floats(values), out, rows, columns);
        const expected = Array.from({ length: rows }, (_, row) =>
          Math.max(...values.subarray(row * columns, (row + 1) * columns)),
        );
        expectNear("out", arena.read(out, rows), expected, 0);
        arena.checkCanaries();
      }),
    );
  });
});
