// Fused kernels of training beside the wasm backend's: activations, dropout, bytes, sums and normalizations.
import { FUSED, Generator } from "@kindling/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { FusedComparison } from "./fused-comparison.ts";
import { expectNear, noise, type Values } from "./fused-values.ts";

const seeds = fc.nat(1000);
const shapes = fc.array(fc.nat(7), { minLength: 0, maxLength: 4 });

/** Values around 0 that reach the kinks of relu6, with exact zeros and sixes. */
function spread(seed: number, shape: readonly number[]): Values {
  const [values] = noise(seed, shape);
  return [Float32Array.from(values, (v, i) => [v, 8 * v, 0, 6][i % 4] as number), shape];
}

/** One test a kernel and its gradient. Max pooling and the cross-entropy differ between backends, which test them. */
export function testFusedKernels({ holds, expectSame, onBackend, onWasm }: FusedComparison): void {
  test.each([
    [FUSED.reluGrad, "y"],
    [FUSED.relu6Grad, "y"],
    [FUSED.leakyReluGrad, "x"],
    [FUSED.sigmoidGrad, "y"],
    [FUSED.tanhGrad, "y"],
    [FUSED.siluGrad, "x"],
    [FUSED.geluGrad, "x"],
    [FUSED.silu, null],
    [FUSED.gelu, null],
  ] as const)("%s is wasm's", (name, saved) =>
    holds(
      fc.record({ shape: shapes, seed: seeds, approximate: fc.boolean() }),
      ({ shape, seed, approximate }) => {
        const [dy, v] = [noise(seed, shape), spread(seed + 1, shape)];
        const inputs: Record<string, Values> = saved === null ? { x: v } : { dy, [saved]: v };
        return expectSame(name, inputs, { alpha: 0.2, approximate });
      },
      5,
    ),
  );

  test("dropout has core's mask and leaves the generator where core does", () =>
    holds(
      fc.record({ size: fc.nat(1500), p: fc.constantFrom(0.1, 0.5, 0.9), seed: seeds }),
      async (one) => {
        const generator = new Generator(one.seed);
        const state = generator.getState();
        const random = { words: Uint32Array.from(state.words), index: state.index };
        const x = noise(one.seed, [one.size]);
        const [y, mask] = await onBackend(FUSED.dropout, { x }, { p: one.p, scale: 2, random });
        const draws = generator.uniform(one.size);
        const kept = Array.from(draws, (draw) => (draw < one.p ? 0 : 1));
        expect(Array.from(mask as Float32Array)).toEqual(kept);
        expectNear(
          y as Float32Array,
          kept.map((keep, i) => keep * 2 * (x[0][i] as number)),
          2e-5,
        );
        const after = generator.getState();
        expect([Array.from(random.words), random.index]).toEqual([after.words, after.index]);
        const inputs = { dy: x, mask: [kept, [one.size], "bool"] } as const;
        await expectSame(FUSED.dropoutGrad, inputs, { scale: 2 });
      },
      5,
    ));

  test("bytes are gathered as wasm does", () =>
    holds(
      fc.record({ width: fc.nat(9), indices: fc.array(fc.nat(4), { maxLength: 5 }), seed: seeds }),
      ({ width, indices, seed }) => {
        const [values] = noise(seed, [5 * width]);
        const bytes = Uint8Array.from(values, (v) => 127 * (v + 1));
        const shape = [indices.length, width, 1];
        return expectSame(FUSED.gatherBytes, {}, { bytes, width, indices, divisor: 255, shape });
      },
      6,
    ));

  test("sums are wasm's", () =>
    holds(
      fc.record({ shape: shapes, seed: seeds }),
      async ({ shape, seed }) => {
        const [total, x] = [noise(seed, shape), noise(seed + 1, shape)];
        await expectSame(FUSED.addTo, { total, x });
        await expectSame(FUSED.sumOfSquares, { x });
      },
      5,
    ));

  test("a sum of squares over many groups is wasm's", () =>
    expectSame(FUSED.sumOfSquares, { x: noise(1, [7001]) }, {}, 1e-4));

  test("batch normalization and its gradient are wasm's", () =>
    holds(
      fc.record({
        rows: fc.integer({ min: 2, max: 600 }),
        channels: fc.integer({ min: 1, max: 9 }),
        seed: seeds,
      }),
      async ({ rows, channels, seed }) => {
        const [values, shape] = noise(seed, [rows, channels]);
        // Far from 0, where a difference of sums would lose the variance.
        const x: Values = [Float32Array.from(values, (v) => v + 20), shape];
        const each = (k: number): Values => noise(seed + k, [channels]);
        await expectSame(
          FUSED.batchNorm,
          { x, gamma: each(1), beta: each(2) },
          { eps: 1e-5 },
          2e-4,
        );
        const [, mean, variance] = await onWasm(
          FUSED.batchNorm,
          { x, gamma: each(1), beta: each(2) },
          { eps: 1e-5 },
        );
        const saved = (of: Float32Array | undefined): Values => [of as Float32Array, [channels]];
        const [dy, gamma] = [noise(seed + 3, shape), each(1)];
        const given = { dy, x, mean: saved(mean), variance: saved(variance), gamma };
        await expectSame(FUSED.batchNormGrad, given, { eps: 1e-5 }, 2e-4);
      },
      10,
    ));

  test("layer normalization and its gradient are wasm's", () =>
    holds(
      fc.record({ rows: fc.nat(70), columns: fc.integer({ min: 1, max: 200 }), seed: seeds }),
      async ({ rows, columns, seed }) => {
        const [values, shape] = noise(seed, [rows, columns]);
        const x: Values = [Float32Array.from(values, (v) => v + 20), shape];
        const [gamma, beta] = [noise(seed + 1, [columns]), noise(seed + 2, [columns])];
        const inputs = { x, gamma, beta };
        await expectSame(FUSED.layerNorm, inputs, { eps: 1e-3 }, 2e-4);
        const [, statistics] = await onWasm(FUSED.layerNorm, inputs, { eps: 1e-3 });
        const saved: Values = [statistics as Float32Array, [rows, 2]];
        const given = { dy: noise(seed + 3, shape), x, statistics: saved, gamma };
        await expectSame(FUSED.layerNormGrad, given, {}, 1e-3);
      },
      10,
    ));

  test("sums down the columns are wasm's, of few rows and of many", () =>
    holds(
      fc.record({
        shape: fc.tuple(fc.nat(900), fc.integer({ min: 1, max: 3 }), fc.nat(130)),
        axis: fc.constantFrom([0], [1, 0], [0, 1, 2]),
        keepDims: fc.boolean(),
        seed: seeds,
      }),
      ({ shape, axis, keepDims, seed }) =>
        expectSame("Sum", { x: noise(seed, shape) }, { axis, keepDims }, 1e-4),
      15,
    ));
}
