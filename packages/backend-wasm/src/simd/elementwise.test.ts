import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ActivationKernels } from "./activations-kernels.ts";
import { Arena, BUILDS } from "./arena.ts";
import { BINARY_OPS } from "./elementwise-kernels.ts";
import { noise, seeds } from "./gather-test-blocks.ts";

type Op = keyof typeof BINARY_OPS;
const OPS = Object.keys(BINARY_OPS) as Op[];
const { fround } = Math;

/** In float32, each operation rounded: the kernels must give the same bits. */
const FORMULAS: Readonly<Record<Op, (a: number, b: number) => number>> = {
  add: (a, b) => fround(a + b),
  subtract: (a, b) => fround(a - b),
  multiply: (a, b) => fround(a * b),
  divide: (a, b) => fround(a / b),
};

describe.each(BUILDS)("arithmetic on pairs, %s build", async (build) => {
  const arena = await Arena.create(build);

  test.each(OPS)("%s of matrices, either side one row", (op) => {
    const anything = [fc.nat(5), fc.nat(21), fc.boolean(), fc.boolean(), seeds] as const;
    fc.assert(
      fc.property(...anything, (rows, columns, repeats, first, seed) => {
        arena.reset();
        const size = rows * columns;
        const [whole, other] = [noise(seed, size), noise(seed + 1, repeats ? columns : size)];
        const [at, otherAt, out] = [arena.floats(whole), arena.floats(other), arena.floats(size)];
        const step = repeats ? 0 : columns;
        const run = arena.kernels.binary;
        if (first) run(BINARY_OPS[op], otherAt, at, out, rows, columns, step, columns);
        else run(BINARY_OPS[op], at, otherAt, out, rows, columns, columns, step);
        const expected = Array.from(whole, (value, i) => {
          const second = other[repeats ? i % columns : i] as number;
          return first ? FORMULAS[op](second, value) : FORMULAS[op](value, second);
        });
        expect([...arena.read(out, size)]).toEqual(expected);
        arena.checkCanaries();
      }),
    );
  });

  test.each<[keyof ActivationKernels, (x: number) => number, number]>([
    ["exponential", Math.exp, 2e-7],
    ["tanh", Math.tanh, 4e-7],
    ["squareRoot", Math.sqrt, 1e-7],
    ["inverseSquareRoot", (x) => 1 / Math.sqrt(x), 2e-7],
  ])("%s keeps its digits for values of any size", (kernel, formula, relative) => {
    arena.reset();
    const values = Float32Array.from({ length: 400 }, (_, i) => 1e-6 * 1.045 ** i); // to 40
    const both = kernel.includes("Root")
      ? values
      : values.map((value, i) => (i % 2 ? value : -value));
    const [x, y] = [arena.floats(both), arena.floats(both.length)];
    (arena.kernels[kernel] as ActivationKernels["tanh"])(x, y, both.length);
    arena.read(y, both.length).forEach((value, i) => {
      const expected = formula(both[i] as number);
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(Math.abs(expected) * relative);
    });
    arena.checkCanaries();
  });
});
