import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ActivationKernels } from "./activations-kernels.ts";
import { Arena, BUILDS } from "./arena.ts";
import { EPSILON, expectNear, noise, seeds } from "./gather-test-blocks.ts";

// A few roundings a value; what goes through the exponential or Abramowitz and Stegun's erf has 1e-6.
const EXACT = 4 * EPSILON;
const TRANSCENDENTAL = 1e-6;

interface Case {
  readonly kernel: keyof ActivationKernels;
  /** The slope at v. */
  readonly slope: (v: number) => number;
  readonly alpha?: number;
  readonly tolerance: number;
}

const gradients: readonly Case[] = [
  { kernel: "reluGrad", slope: (y) => (y <= 0 ? 0 : 1), tolerance: 0 },
  { kernel: "relu6Grad", slope: (y) => (y <= 0 || y >= 6 ? 0 : 1), tolerance: 0 },
  { kernel: "leakyReluGrad", slope: (x) => (x > 0 ? 1 : 0.25), alpha: 0.25, tolerance: EXACT },
  { kernel: "sigmoidGrad", slope: (y) => (1 - y) * y, tolerance: EXACT },
  { kernel: "tanhGrad", slope: (y) => 1 - y * y, tolerance: EXACT },
  { kernel: "eluGrad", slope: (y) => (y > 0 ? 1 : y + 1.5), alpha: 1.5, tolerance: EXACT },
  { kernel: "geluGrad", slope: numeric(gelu), tolerance: TRANSCENDENTAL },
  { kernel: "geluTanhGrad", slope: numeric(geluTanh), tolerance: TRANSCENDENTAL },
  { kernel: "siluGrad", slope: numeric(silu), tolerance: TRANSCENDENTAL },
];

const forwards = [
  { kernel: "relu", formula: (x: number) => Math.max(0, x) },
  { kernel: "tanh", formula: Math.tanh },
  { kernel: "gelu", formula: gelu },
  { kernel: "geluTanh", formula: geluTanh },
  { kernel: "silu", formula: silu },
] as const;

describe.each(BUILDS)("activations, %s build", async (build) => {
  const arena = await Arena.create(build);

  test.each(gradients)("$kernel is dy times the slope, for any size", (testCase) => {
    const { kernel, slope, alpha = 0, tolerance } = testCase;
    const run = arena.kernels[kernel] as ActivationKernels["eluGrad"];
    fc.assert(
      fc.property(fc.nat(40), seeds, fc.constantFrom(1, 8, 30), (size, seed, scale) => {
        arena.reset();
        const upstream = noise(seed, size, 3);
        const values = noise(seed + 2, size, scale);
        if (size > 0) values[0] = 0;
        const dy = arena.floats(upstream);
        const v = arena.floats(values);
        const dx = arena.floats(size);
        run(dy, v, dx, size, alpha);
        const expected = Array.from(values, (value, i) => (upstream[i] as number) * slope(value));
        // 3 is |dy|'s bound, and (1 + |v|)² one for the slope and what goes into it.
        const allowed = (i: number) => tolerance * 3 * (1 + Math.abs(values[i] as number)) ** 2;
        expectNear(kernel, arena.read(dx, size), expected, allowed);
        arena.checkCanaries();
        run(dy, v, dy, size, alpha);
        expect([...arena.read(dy, size)], "in place").toEqual([...arena.read(dx, size)]);
      }),
    );
  });

  test.each(forwards)("$kernel matches its formula, for any size", ({ kernel, formula }) => {
    fc.assert(
      fc.property(fc.nat(40), seeds, fc.constantFrom(1, 8, 120), (size, seed, scale) => {
        arena.reset();
        const values = noise(seed, size, scale);
        const y = arena.floats(size);
        arena.kernels[kernel](arena.floats(values), y, size);
        const allowed = (i: number) => TRANSCENDENTAL * Math.max(1, Math.abs(values[i] as number));
        expectNear(kernel, arena.read(y, size), Array.from(values, formula), allowed);
        arena.checkCanaries();
      }),
    );
  });

  test("the exponential inside silu is good to 1e-7 where the sigmoid is small", () => {
    arena.reset();
    // silu(x) / x is exp(x) / (1 + exp(x)): down here, the exponential of x itself.
    const values = Float32Array.from({ length: 4000 }, (_, i) => -5 - i / 50);
    const y = arena.floats(values.length);
    arena.kernels.silu(arena.floats(values), y, values.length);
    const expected = Array.from(values, silu);
    // Two roundings more: the sum and the quotient.
    const allowed = (i: number) => Math.abs(expected[i] as number) * 2.5e-7;
    expectNear("silu", arena.read(y, values.length), expected, allowed);
  });

  test("NaN stays NaN, and large values neither overflow nor vanish", () => {
    arena.reset();
    const values = [Number.NaN, 1e4, -1e4, 88.9, -88.9, 3e38];
    const y = arena.floats(values.length);
    const x = arena.floats(values);
    for (const { kernel, formula } of forwards) {
      arena.kernels[kernel](x, y, values.length);
      const received = [...arena.read(y, values.length)];
      expect(received[0], kernel).toBeNaN();
      for (const [i, value] of values.entries()) {
        if (i === 0) continue;
        expectNear(kernel, [received[i] as number], [formula(value)], Math.abs(value) * 1e-6);
      }
    }
  });
});

function silu(x: number): number {
  return x / (1 + Math.exp(-x));
}

function geluTanh(x: number): number {
  return (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

function gelu(x: number): number {
  return x * normalCdf(x);
}

// By the power series near 0 and the continued fraction of the tail away from it; both to 1e-15.
function normalCdf(x: number): number {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  const z = Math.abs(x);
  if (z < 4) {
    let term = z;
    let sum = z;
    for (let k = 1; k < 120; k++) {
      term *= (z * z) / (2 * k + 1);
      sum += term;
    }
    return x < 0 ? 0.5 - density * sum : 0.5 + density * sum;
  }
  let fraction = z;
  for (let k = 120; k > 0; k--) fraction = z + k / fraction;
  const tail = density / fraction;
  return x < 0 ? tail : 1 - tail;
}

// The derivative by central differences: error about 1e-10.
function numeric(f: (x: number) => number): (x: number) => number {
  const step = 1e-5;
  return (x) => (f(x + step) - f(x - step)) / (2 * step);
}
