import fc from "fast-check";
import { expect, test } from "vitest";
import { addProduct, emptySums, expectSums } from "../simd/convolution-reference.ts";
import { expectNear, noise, seeds } from "../simd/gather-test-blocks.ts";
import { boundOf, describeOnBuilds, floatsOf, holds, runKernel, type Values } from "./on-builds.ts";

interface Side {
  readonly size: number;
  readonly filter: number;
  readonly stride: number;
  readonly before: number;
  readonly after: number;
  readonly output: number;
}

const rounding = { floor: Math.floor, ceil: Math.ceil } as const;

const sides = (mode: keyof typeof rounding) =>
  fc
    .record({
      size: fc.integer({ min: 1, max: 9 }),
      filter: fc.integer({ min: 1, max: 4 }),
      stride: fc.integer({ min: 1, max: 3 }),
      before: fc.nat(3),
      after: fc.nat(3),
    })
    .map((side): Side => {
      const room = side.size + side.before + side.after - side.filter;
      return { ...side, output: rounding[mode](room / side.stride) + 1 };
    })
    .filter(({ output }) => output >= 0);
// The fast path, with and without a row or column left over.
const halves = (mode: keyof typeof rounding) =>
  fc.integer({ min: 2, max: 9 }).map((size): Side => {
    return { size, filter: 2, stride: 2, before: 0, after: 0, output: rounding[mode](size / 2) };
  });

const cases = fc.constantFrom<keyof typeof rounding>("floor", "ceil").chain((mode) =>
  fc.record({
    sides: fc.oneof(fc.tuple(sides(mode), sides(mode)), fc.tuple(halves(mode), halves(mode))),
    mode: fc.constant(mode),
    batch: fc.nat(2),
    channels: fc.nat(10),
    seed: seeds,
  }),
);
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

describeOnBuilds("pools", () => {
  test("MaxPool and its gradient: the first maximum of any window, and NaN", () => {
    holds(
      cases,
      (one) => {
        const { seed } = one;
        const { input, dy, attributes } = tensorsOf(one);
        // Few values, so that many are equal; and some NaN.
        const values = noise(seed, input.values.length, 4).map(Math.round);
        if (seed % 3 === 0)
          for (let i = seed % 7; i < values.length; i += 5) values[i] = Number.NaN;
        const x = { ...input, values };
        const expected = new Float64Array(dy.values.length);
        const gradient = emptySums(values.length);
        eachWindow(one, (at, cells) => {
          let place = cells[0];
          for (const cell of cells) {
            const [value, best] = [values[cell] as number, values[place as number] as number];
            if (value > best || Number.isNaN(value)) place = cell;
          }
          expected[at] = place === undefined ? Number.NEGATIVE_INFINITY : (values[place] as number);
          if (place !== undefined) addProduct(gradient, place, dy.values[at] as number, 1);
        });
        const [y] = runKernel("MaxPool", { x }, attributes) as [Values];
        expect(y.shape.map(positive)).toEqual(dy.shape);
        expectNear("y", y.values, expected, 0);
        const inputs = { dy, input: x, output: y };
        const [dx] = runKernel("MaxPoolGrad", inputs, attributes) as [Values];
        expect(dx.shape).toEqual(x.shape);
        expectSums(dx.values as Float32Array, gradient);
      },
      150,
    );
  });

  test("AvgPool and its gradient: the cells of any window that are inside the image", () => {
    holds(
      cases,
      (one) => {
        const { input: x, dy, attributes } = tensorsOf(one);
        const expected = emptySums(dy.values.length);
        const gradient = emptySums(x.values.length);
        eachWindow(one, (at, cells) => {
          for (const cell of cells) {
            addProduct(expected, at, x.values[cell] as number, 1 / cells.length);
            addProduct(gradient, cell, dy.values[at] as number, 1 / cells.length);
          }
          if (cells.length === 0) expected.values[at] = Number.NaN;
        });
        const [y] = runKernel("AvgPool", { x }, attributes) as [Values];
        expect(y.shape.map(positive)).toEqual(dy.shape);
        expectNear("y", y.values, expected.values, boundOf(expected));
        const [dx] = runKernel("AvgPoolGrad", { dy, input: x }, attributes) as [Values];
        expect(dx.shape).toEqual(x.shape);
        expectSums(dx.values as Float32Array, gradient);
      },
      150,
    );
  });
});

/** tfjs rounds up to −0. */
function positive(length: number): number {
  return length + 0;
}

function tensorsOf({ sides: [rows, columns], mode, batch, channels, seed }: Case) {
  return {
    input: floatsOf(seed, [batch, rows.size, columns.size, channels]),
    dy: floatsOf(seed + 2, [batch, rows.output, columns.output, channels]),
    attributes: {
      filterSize: [rows.filter, columns.filter],
      strides: [rows.stride, columns.stride],
      pad: [
        [0, 0],
        [rows.before, rows.after],
        [columns.before, columns.after],
        [0, 0],
      ],
      dimRoundingMode: mode,
    },
  };
}

/** Every output with the inputs in its window, in row-major order. */
function eachWindow(
  { sides: [rows, columns], batch, channels }: Case,
  visit: (at: number, cells: readonly number[]) => void,
): void {
  let at = 0;
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < rows.output; i++) {
      for (let j = 0; j < columns.output; j++) {
        for (let c = 0; c < channels; c++, at++) {
          const cells = covered(rows, i).flatMap((row) =>
            covered(columns, j).map(
              (column) => ((b * rows.size + row) * columns.size + column) * channels + c,
            ),
          );
          visit(at, cells);
        }
      }
    }
  }
}

/** The places along a side that window `i` covers, inside the image. */
function covered({ size, filter, stride, before }: Side, i: number): number[] {
  return Array.from({ length: filter }, (_, tap) => i * stride - before + tap).filter(
    (place) => place >= 0 && place < size,
  );
}
