import { FUSED } from "@kindling/core";
import { testFusedKernels } from "@kindling/testing";
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

describe("kernels of training on tensorflow", () => {
  onBothBackends();
  testFusedKernels({ holds, expectSame, onBackend: onTensorflow, onWasm });

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
