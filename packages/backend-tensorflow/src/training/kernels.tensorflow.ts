import { FUSED, Generator } from "@kindling/core";
import { backend_util } from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  expectNear,
  expectSame,
  holds,
  noise,
  onBothBackends,
  onTensorflow,
  onWasm,
  type Values,
} from "./on-both.ts";

const seeds = fc.nat(1000);
const side = fc.integer({ min: 1, max: 3 });
type Four = [number, number, number, number];
type Two = [number, number];

function sizes({ filterSize, strides }: { filterSize: number[]; strides: number[] }): [Two, Two] {
  return [filterSize as Two, strides as Two];
}

const shapes = fc.array(fc.nat(7), { minLength: 0, maxLength: 4 });

/** Values around 0 that reach the kinks of relu6, with exact zeros and sixes. */
function spread(seed: number, shape: readonly number[]): Values {
  const [values] = noise(seed, shape);
  return [Float32Array.from(values, (v, i) => [v, 8 * v, 0, 6][i % 4] as number), shape];
}

describe("kernels of training on tensorflow", () => {
  onBothBackends();

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

  test("max pooling's gradient is wasm's, that of equal maxima included", () =>
    holds(
      fc.record({
        image: fc.tuple(...([2, 4, 4, 3] as const).map((max) => fc.integer({ min: 1, max }))),
        filterSize: fc.tuple(side, side),
        strides: fc.tuple(side, side),
        /** Windows that cover the image and do not overlap have an own way. */
        tiled: fc.boolean(),
        pad: fc.constantFrom("same", "valid"),
        seed: seeds,
      }),
      async ({ image, filterSize, strides, tiled, pad, seed }) => {
        const [n, h, w, c] = image as [number, number, number, number];
        const [k] = filterSize;
        const window = tiled ? { filterSize: [k, k], strides: [k, k] } : { filterSize, strides };
        const input = tiled ? [n, h * k, w * k, c] : [n, h + 3, w + 3, c];
        const attributes = { ...window, pad };
        const [values] = noise(seed, input);
        // Few values, so that windows have ties.
        const x: Values = [Float32Array.from(values, (v) => Math.round(2 * v)), input];
        const info = backend_util.computePool2DInfo(
          input as Four,
          ...sizes(window),
          1,
          pad as "same",
        );
        const { outShape } = info;
        const [y] = await onWasm("MaxPool", { x }, attributes);
        const output: Values = [y as Float32Array, outShape];
        await expectSame(
          "MaxPoolGrad",
          { dy: noise(seed + 1, outShape), input: x, output },
          attributes,
        );
      },
    ));

  test("dropout has core's mask and leaves the generator where core does", () =>
    holds(
      fc.record({ size: fc.nat(1500), p: fc.constantFrom(0.1, 0.5, 0.9), seed: seeds }),
      async (one) => {
        const generator = new Generator(one.seed);
        const state = generator.getState();
        const random = { words: Uint32Array.from(state.words), index: state.index };
        const x = noise(one.seed, [one.size]);
        const [y, mask] = await onTensorflow(FUSED.dropout, { x }, { p: one.p, scale: 2, random });
        const draws = generator.uniform(one.size);
        const kept = Array.from(draws, (draw) => (draw < one.p ? 0 : 1));
        expect(Array.from(mask as Float32Array)).toEqual(kept);
        expectNear(
          y as Float32Array,
          kept.map((keep, i) => keep * 2 * (x[0][i] as number)),
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

  const losses = fc.record({
    rows: fc.integer({ min: 1, max: 70 }),
    classes: fc.integer({ min: 1, max: 130 }),
    weighted: fc.boolean(),
    smoothing: fc.constantFrom(0, 0.1),
    reduction: fc.constantFrom("none", "sum", "mean"),
    seed: seeds,
  });

  test("the cross-entropy and its gradient are wasm's", () =>
    holds(losses, async ({ rows, classes, weighted, smoothing, reduction, seed }) => {
      const [values, shape] = noise(seed, [rows, classes]);
      const logits: Values = [Float32Array.from(values, (v) => 10 * v), shape];
      // The first is never ignored: a mean of nothing is NaN.
      const labels: Values = [
        Array.from({ length: rows }, (_, i) => (i % 5 === 3 ? -100 : (i * 7 + seed) % classes)),
        [rows],
        "int32",
      ];
      const weight: Values = [
        Float32Array.from(noise(seed, [classes])[0], (v) => v + 1.5),
        [classes],
      ];
      const inputs = weighted ? { logits, labels, weight } : { logits, labels };
      const attributes = { ignoreIndex: -100, smoothing, reduction };
      const name = weighted ? FUSED.weightedCrossEntropy : FUSED.crossEntropy;
      const [loss, statistics] = await onTensorflow(name, inputs, attributes);
      const [expected, wasmStatistics] = await onWasm(name, inputs, attributes);
      expectNear(loss as Float32Array, expected as Float32Array);
      const dy = noise(seed + 9, reduction === "none" ? [rows] : []);
      const saved = (of: Float32Array, columns: number): Record<string, Values> => ({
        ...{ dy, ...inputs, statistics: [of, [rows, columns]] },
      });
      const gradient = FUSED.crossEntropyGrad;
      const [dx] = await onTensorflow(
        gradient,
        saved(statistics as Float32Array, classes),
        attributes,
      );
      const [wanted] = await onWasm(gradient, saved(wasmStatistics as Float32Array, 2), attributes);
      expectNear(dx as Float32Array, wanted as Float32Array);
    }));

  test("a loss that is the whole loss has the gradient that was found with it", async () => {
    const logits = noise(1, [5, 4]);
    const labels: Values = [[0, 3, -100, 1, 2], [5], "int32"];
    const attributes = { ignoreIndex: -100, smoothing: 0, reduction: "mean" };
    const [, statistics] = await onTensorflow(FUSED.crossEntropy, { logits, labels }, attributes);
    const saved: Values = [statistics as Float32Array, [5, 4]];
    const inputs = { dy: [[1], []] as Values, logits, labels, statistics: saved };
    const [dx] = await onTensorflow(FUSED.crossEntropyGrad, inputs, attributes);
    expect(dx).toEqual(statistics);
  });

  test.each(["none", "sum", "mean"])(
    "a logit that is not finite makes the loss NaN, reduced by %s, unless its row is ignored",
    async (reduction) => {
      const attributes = { ignoreIndex: -100, smoothing: 0, reduction };
      for (const logit of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const logits: Values = [
          [1, 2, 3, 0.5, logit, 2],
          [2, 3],
        ];
        const of = (label: number) =>
          onTensorflow(
            FUSED.crossEntropy,
            { logits, labels: [[0, label], [2], "int32"] as Values },
            attributes,
          );
        const [loss, statistics] = await of(1);
        expect(loss?.at(-1)).toBeNaN();
        expect(Array.from(statistics as Float32Array).slice(3)).toSatisfy((row: number[]) =>
          row.every(Number.isNaN),
        );
        const [ignored, zeros] = await of(-100);
        expect(ignored?.[0]).toBeCloseTo(2.407606, 5);
        expect(Array.from(zeros as Float32Array).slice(3)).toEqual([0, 0, 0]);
      }
    },
  );
});
