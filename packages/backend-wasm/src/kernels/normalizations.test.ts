import { FUSED } from "@kindling/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EPSILON, expectNear, seeds } from "../simd/gather-test-blocks.ts";
import { describeOnBuilds, floatsOf, holds, runKernel, type Values } from "./on-builds.ts";

const EPS = 1e-3;
// Values are at most 4. A sum of k of them is off by less than k roundings, a mean by less than that over k:
// what is left is the blocks' length, and what the inverse deviation r, at most 1 / √EPS ≈ 32, makes of it.
const MEAN = 4 * 20 * EPSILON;

const sizes = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 500, max: 1100 })),
    fc.oneof(fc.nat(21), fc.integer({ min: 1020, max: 1030 })),
  )
  .filter(([rows, c]) => rows * c < 20_000);
const cases = fc.tuple(sizes, seeds, fc.constantFrom(0, 3)).map(([[rows, c], seed, offset]) => {
  const x = floatsOf(seed, [rows, c]);
  const gamma = floatsOf(seed + 4, [c]);
  return {
    ...{ rows, c },
    x: { ...x, values: x.values.map((value) => value + offset) },
    dy: floatsOf(seed + 2, [rows, c]),
    gamma: { ...gamma, values: gamma.values.map((value) => value + 1.5) },
    beta: floatsOf(seed + 6, [c]),
  };
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;
type Three = [Values, Values, Values];
type Sums = [Float64Array, Float64Array, Float64Array];

describeOnBuilds("normalizations", () => {
  test("BatchNorm: statistics, result and gradients of any matrix", () => {
    holds(cases, (one) => {
      const { rows, c, x, dy, gamma, beta } = one;
      const columns = Array.from({ length: c }, (_, k) => {
        return Array.from({ length: rows }, (_, row) => row * c + k);
      });
      const expected = reference(one, columns);
      const outputs = runKernel(FUSED.batchNorm, { x, gamma, beta }, { eps: EPS }) as Three;
      const [y, mean, variance] = outputs;
      expect(outputs.map(({ shape }) => shape)).toEqual([[rows, c], [c], [c]]);
      expectNear("y", y.values, expected.y, (at) => 3 * MEAN * (expected.r[at] as number));
      expectNear("mean", mean.values, expected.means, MEAN);
      expectNear("variance", variance.values, expected.variances, MEAN);
      const saved = { dy, x, mean, variance, gamma };
      expectGradients(runKernel(FUSED.batchNormGrad, saved, { eps: EPS }) as Three, one, expected);
    });
  });

  test("LayerNorm: result and gradients of any matrix", () => {
    holds(cases, (one) => {
      const { rows, c, x, dy, gamma, beta } = one;
      const places = Array.from({ length: rows }, (_, row) => {
        return Array.from({ length: c }, (_, k) => row * c + k);
      });
      const expected = reference(one, places);
      const outputs = runKernel(FUSED.layerNorm, { x, gamma, beta }, { eps: EPS });
      const [y, statistics] = outputs as [Values, Values];
      expect(outputs.map(({ shape }) => shape)).toEqual([
        [rows, c],
        [rows, 2],
      ]);
      expectNear("y", y.values, expected.y, (at) => 3 * MEAN * (expected.r[at] as number));
      const saved = { dy, x, statistics, gamma };
      expectGradients(runKernel(FUSED.layerNormGrad, saved) as Three, one, expected);
    });
  });

  test("no rows give gamma and beta gradients of 0", () => {
    for (const c of [1, 5]) {
      const [none, gamma] = [floatsOf(1, [0, c]), floatsOf(3, [c])];
      const affine = { x: none, gamma, beta: gamma };
      const zeros = { shape: [c], values: new Float32Array(c) };
      const layer = runKernel(FUSED.layerNorm, affine, { eps: EPS }) as [Values, Values];
      const rows = { dy: none, x: none, statistics: layer[1], gamma };
      expect(runKernel(FUSED.layerNormGrad, rows)).toEqual([none, zeros, zeros]);
      const [, mean, variance] = runKernel(FUSED.batchNorm, affine, { eps: EPS }) as Three;
      const columns = { dy: none, x: none, mean, variance, gamma };
      expect(runKernel(FUSED.batchNormGrad, columns, { eps: EPS })).toEqual([none, zeros, zeros]);
    }
  });
});

function expectGradients(
  outputs: Three,
  { rows, c }: Case,
  expected: ReturnType<typeof reference>,
): void {
  expect(outputs.map(({ shape }) => shape)).toEqual([[rows, c], [c], [c]]);
  const [dx, dgamma, dbeta] = outputs;
  expectNear("dx", dx.values, expected.dx, (at) => 3 * MEAN * (expected.r[at] as number) ** 2);
  const slack = (k: number) => MEAN * (expected.weights[k] as number);
  expectNear("dgamma", dgamma.values, expected.dgamma, slack);
  expectNear("dbeta", dbeta.values, expected.dbeta, slack);
}

/**
 * Each group of places is normalized by its r; gamma, beta and their gradients go by column, where `weights`
 * is Σ r · |dy|.
 */
function reference({ c, x, dy, gamma, beta }: Case, groups: readonly (readonly number[])[]) {
  const [y, dx, r] = [x, x, x].map(({ values }) => new Float64Array(values.length)) as Sums;
  const [dgamma, dbeta, weights] = [c, c, c].map((length) => new Float64Array(length)) as Sums;
  const [means, variances]: [number[], number[]] = [[], []];
  for (const places of groups) {
    const average = (f: (at: number) => number) =>
      places.reduce((total, at) => total + f(at), 0) / places.length;
    const mean = average((at) => x.values[at] as number);
    const variance = average((at) => ((x.values[at] as number) - mean) ** 2);
    const scale = 1 / Math.sqrt(variance + EPS);
    const normal = (at: number) => ((x.values[at] as number) - mean) * scale;
    const upstream = (at: number) => (dy.values[at] as number) * (gamma.values[at % c] as number);
    const slope = average((at) => upstream(at) * normal(at));
    const shift = average(upstream);
    for (const at of places) {
      const k = at % c;
      y[at] = normal(at) * (gamma.values[k] as number) + (beta.values[k] as number);
      dx[at] = scale * (upstream(at) - shift - normal(at) * slope);
      dgamma[k]! += (dy.values[at] as number) * normal(at);
      dbeta[k]! += dy.values[at] as number;
      weights[k]! += scale * Math.abs(dy.values[at] as number);
      r[at] = scale;
    }
    means.push(mean);
    variances.push(variance);
  }
  return { means, variances, r, y, dx, dgamma, dbeta, weights };
}
