import { FUSED } from "@kindling/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EPSILON, expectNear, seeds } from "../simd/gather-test-blocks.ts";
import {
  gelu,
  geluSlope,
  geluTanh,
  geluTanhSlope,
  silu,
  siluSlope,
} from "./activation-formulas.ts";
import { describeOnBuilds, floatsOf, holds, runKernel, type Values } from "./on-builds.ts";

// A few roundings a value; what goes through the exponential or Abramowitz and Stegun's erf has 1e-6.
const EXACT = 4 * EPSILON;
const TRANSCENDENTAL = 1e-6;

type Formula = (v: number) => number;
const values: readonly [name: string, formula: Formula, attributes?: object][] = [
  ["Relu", (x) => Math.max(0, x)],
  ["Relu6", (x) => Math.min(6, Math.max(0, x))],
  [FUSED.silu, silu],
  [FUSED.gelu, gelu, { approximate: false }],
  [FUSED.gelu, geluTanh, { approximate: true }],
];
const slopes: readonly [name: string, at: "x" | "y", Formula, tolerance: number, object?][] = [
  [FUSED.reluGrad, "y", (y) => (y <= 0 ? 0 : 1), 0],
  [FUSED.relu6Grad, "y", (y) => (y <= 0 || y >= 6 ? 0 : 1), 0],
  [FUSED.leakyReluGrad, "x", (x) => (x > 0 ? 1 : 0.3), EXACT, { alpha: 0.3 }],
  [FUSED.sigmoidGrad, "y", (y) => y * (1 - y), EXACT],
  [FUSED.tanhGrad, "y", (y) => 1 - y * y, EXACT],
  ["EluGrad", "y", (y) => (y > 0 ? 1 : y + 1), EXACT],
  [FUSED.siluGrad, "x", siluSlope, TRANSCENDENTAL],
  [FUSED.geluGrad, "x", geluSlope, TRANSCENDENTAL, { approximate: false }],
  [FUSED.geluGrad, "x", geluTanhSlope, TRANSCENDENTAL, { approximate: true }],
];

const cases = fc.tuple(fc.array(fc.nat(6), { maxLength: 3 }), seeds, fc.constantFrom(1, 8, 30));

describeOnBuilds("activations", () => {
  describe("equal their formulas for any shape", () => {
    test.each(values)("%s", (name, formula, attributes) => {
      holds(cases, ([shape, seed, scale]) => {
        const x = floatsOf(seed, shape, scale);
        const [y] = runKernel(name, { x }, attributes) as [Values];
        expect(y.shape).toEqual(shape);
        const expected = Array.from(x.values, formula);
        // Relative to |x|, whose rounding the functions pass on.
        expectNear(name, y.values, expected, TRANSCENDENTAL * Math.max(1, scale));
      });
    });
  });

  describe("have gradients of dy times the slope for any shape", () => {
    test.each(slopes)("%s by %s", (name, at, slope, tolerance, attributes) => {
      holds(cases, ([shape, seed, scale]) => {
        const dy = floatsOf(seed, shape, 3);
        const v = floatsOf(seed + 2, shape, scale);
        if (v.values.length > 0) v.values[0] = 0;
        const [dx] = runKernel(name, { dy, [at]: v }, attributes) as [Values];
        expect(dx.shape).toEqual(shape);
        const expected = Array.from(
          v.values,
          (value, i) => (dy.values[i] as number) * slope(value),
        );
        // 3 is |dy|'s bound, and (1 + |v|)² one for the slope and what goes into it.
        const allowed = (i: number) => tolerance * 3 * (1 + Math.abs(v.values[i] as number)) ** 2;
        expectNear(name, dx.values, expected, allowed);
      });
    });
  });
});
