import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Arena, BUILDS } from "./arena.ts";
import { EPSILON, expectNear, noise, seeds } from "./gather-test-blocks.ts";
import type { DilatedWindows, PaddedWindows } from "./pooling-kernels.ts";

interface Axis {
  readonly length: number;
  readonly kernel: number;
  readonly stride: number;
  readonly before: number;
  readonly after: number;
  readonly dilation: number;
  readonly output: number;
}

const axes = fc
  .record({
    length: fc.integer({ min: 1, max: 9 }),
    kernel: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    before: fc.nat(3),
    after: fc.nat(3),
    dilation: fc.integer({ min: 1, max: 2 }),
  })
  .map((axis): Axis => {
    const { length, kernel, stride, before, after, dilation } = axis;
    const reach = (kernel - 1) * dilation + 1;
    const output = Math.max(0, Math.floor((length + before + after - reach) / stride) + 1);
    return { ...axis, output };
  });
// The fast path, with and without a row or column left over.
const halves = fc.integer({ min: 2, max: 9 }).map(
  (length): Axis => ({
    ...{ length, kernel: 2, stride: 2, before: 0, after: 0, dilation: 1 },
    output: Math.floor(length / 2),
  }),
);
const images = fc.oneof(fc.tuple(axes, axes), fc.tuple(halves, halves));
const undilated = images.map(([rows, columns]) => [flat(rows), flat(columns)] as const);
const channels = fc.integer({ min: 1, max: 10 });

describe.each(BUILDS)("pooling, %s build", async (build) => {
  const arena = await Arena.create(build);

  test("maxPool and its gradient, for any window", () => {
    fc.assert(
      fc.property(images, fc.nat(2), channels, seeds, ([rows, columns], n, c, seed) => {
        arena.reset();
        const windows = dilated(n, rows, columns, c);
        const inputs = n * rows.length * columns.length * c;
        const outputs = n * rows.output * columns.output * c;
        // Few values, so that many are equal; and some NaN.
        const values = noise(seed, inputs, 4).map(Math.round);
        if (seed % 3 === 0) for (let i = seed % 7; i < inputs; i += 5) values[i] = Number.NaN;
        const upstream = noise(seed + 2, outputs);
        const x = arena.floats(values);
        const dy = arena.floats(upstream);
        const y = arena.floats(outputs);
        const dx = arena.floats(inputs);
        arena.kernels.maxPool(x, y, ...windows);
        arena.kernels.maxPoolGrad(dy, x, dx, ...windows);
        const expected = new Float64Array(outputs);
        const gradient = new Float64Array(inputs);
        eachWindow(n, rows, columns, c, (at, cells) => {
          let best = Number.NEGATIVE_INFINITY;
          let place = cells[0];
          for (const cell of cells) {
            const value = values[cell] as number;
            if (value > best || Number.isNaN(value)) {
              best = value;
              place = cell;
            }
          }
          expected[at] = best;
          if (place !== undefined) {
            gradient[place] = (gradient[place] as number) + (upstream[at] as number);
          }
        });
        expectNear("y", arena.read(y, outputs), expected, 0);
        expectNear("dx", arena.read(dx, inputs), gradient, 16 * 16 * EPSILON);
        arena.checkCanaries();
      }),
      { numRuns: 300 },
    );
  });

  test("avgPool and its gradient, for any window, counting padding or not", () => {
    fc.assert(
      fc.property(
        undilated,
        fc.nat(2),
        channels,
        fc.boolean(),
        seeds,
        ([rows, columns], n, c, countIncludePad, seed) => {
          arena.reset();
          const windows = padded(n, rows, columns, c, countIncludePad);
          const inputs = n * rows.length * columns.length * c;
          const outputs = n * rows.output * columns.output * c;
          const values = noise(seed, inputs);
          const upstream = noise(seed + 2, outputs);
          const x = arena.floats(values);
          const dy = arena.floats(upstream);
          const y = arena.floats(outputs);
          const dx = arena.floats(inputs);
          arena.kernels.avgPool(x, y, ...windows);
          arena.kernels.avgPoolGrad(dy, dx, ...windows);
          const expected = new Float64Array(outputs);
          const gradient = new Float64Array(inputs);
          eachWindow(n, rows, columns, c, (at, cells, i, j) => {
            const count = countIncludePad ? inPadded(rows, i) * inPadded(columns, j) : cells.length;
            let total = 0;
            for (const cell of cells) {
              total += values[cell] as number;
              gradient[cell] = (gradient[cell] as number) + (upstream[at] as number) / count;
            }
            expected[at] = total / count;
          });
          expectNear("y", arena.read(y, outputs), expected, 20 * EPSILON);
          expectNear("dx", arena.read(dx, inputs), gradient, 20 * 16 * EPSILON);
          arena.checkCanaries();
        },
      ),
      { numRuns: 300 },
    );
  });

  test("the first of four equal values takes the gradient", () => {
    arena.reset();
    const x = arena.floats([7, 7, 7, 7]);
    const dx = arena.floats(4);
    arena.kernels.maxPoolGrad(arena.floats([3]), x, dx, 1, 2, 2, 1, 1, 1, 2, 2, 2, 2, 0, 0, 1, 1);
    expect([...arena.read(dx, 4)]).toEqual([3, 0, 0, 0]);
  });
});

function flat(axis: Axis): Axis {
  const { length, kernel, stride, before, after } = axis;
  const output = Math.max(0, Math.floor((length + before + after - kernel) / stride) + 1);
  return { ...axis, dilation: 1, output };
}

function dilated(n: number, rows: Axis, columns: Axis, c: number): DilatedWindows {
  return [...shared(n, rows, columns, c), rows.dilation, columns.dilation];
}

function padded(
  n: number,
  rows: Axis,
  columns: Axis,
  c: number,
  countIncludePad: boolean,
): PaddedWindows {
  return [...shared(n, rows, columns, c), rows.after, columns.after, Number(countIncludePad)];
}

function shared(n: number, rows: Axis, columns: Axis, c: number) {
  return [
    ...([n, rows.length, columns.length, c, rows.output, columns.output] as const),
    ...([rows.kernel, columns.kernel, rows.stride, columns.stride] as const),
    ...([rows.before, columns.before] as const),
  ] as const;
}

// The places along an axis that window `i` covers, inside the image.
function covered(axis: Axis, i: number): number[] {
  return Array.from(
    { length: axis.kernel },
    (_, k) => i * axis.stride - axis.before + k * axis.dilation,
  ).filter((place) => place >= 0 && place < axis.length);
}

function inPadded(axis: Axis, i: number): number {
  const start = i * axis.stride - axis.before;
  return Math.min(start + axis.kernel, axis.length + axis.after) - start;
}

// Every output with the inputs in its window, in row-major order.
function eachWindow(
  n: number,
  rows: Axis,
  columns: Axis,
  c: number,
  visit: (at: number, cells: number[], i: number, j: number) => void,
): void {
  let at = 0;
  for (let b = 0; b < n; b++) {
    for (let i = 0; i < rows.output; i++) {
      for (let j = 0; j < columns.output; j++) {
        for (let k = 0; k < c; k++) {
          const cells = covered(rows, i).flatMap((row) =>
            covered(columns, j).map(
              (column) => ((b * rows.length + row) * columns.length + column) * c + k,
            ),
          );
          visit(at++, cells, i, j);
        }
      }
    }
  }
}
