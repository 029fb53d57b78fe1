import { FUSED } from "@kindling/core";
import { testFusedKernels } from "@kindling/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  expectNear,
  expectSame,
  holds,
  noise,
  onBothBackends,
  onGpu,
  onWasm,
  type Values,
} from "./on-both.ts";

const seeds = fc.nat(1000);

describe("kernels of training on webgpu", () => {
  onBothBackends();
  testFusedKernels({ holds, expectSame, onBackend: onGpu, onWasm });

  test("max pooling's gradient is wasm's, ties and NaN included", () =>
    holds(
      fc.record({
        image: fc.tuple(...([2, 9, 9, 3] as const).map((max) => fc.integer({ min: 1, max }))),
        filterSize: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
        strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
        pad: fc.constantFrom("same", "valid"),
        seed: seeds,
      }),
      async ({ image, filterSize, strides, pad, seed }) => {
        const valid = (axis: 0 | 1) =>
          Math.floor(((image[axis + 1] as number) - filterSize[axis]) / strides[axis]) + 1;
        const same = (axis: 0 | 1) => Math.ceil((image[axis + 1] as number) / strides[axis]);
        const out = pad === "same" ? [same(0), same(1)] : [valid(0), valid(1)];
        if (Math.min(...out) < 1) return;
        const [values, shape] = noise(seed, image as number[]);
        // Few values, so that windows have ties; now and then a NaN or a −∞.
        const few = Float32Array.from(values, (v, i) =>
          i % 17 === 5 ? Number.NaN : i % 13 === 4 ? Number.NEGATIVE_INFINITY : Math.round(2 * v),
        );
        const dy = noise(seed + 1, [image[0] as number, ...out, image[3] as number]);
        const attributes = { filterSize, strides, pad };
        await expectSame("MaxPoolGrad", { dy, input: [few, shape], output: dy }, attributes);
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
      const [loss, statistics] = await onGpu(name, inputs, attributes);
      const [expected, wasmStatistics] = await onWasm(name, inputs, attributes);
      expectNear(loss as Float32Array, expected as Float32Array);
      const dy = noise(seed + 9, reduction === "none" ? [rows] : []);
      const saved = (of: Float32Array, columns: number): Record<string, Values> => ({
        ...{ dy, ...inputs, statistics: [of, [rows, columns]] },
      });
      const gradient = FUSED.crossEntropyGrad;
      const [dx] = await onGpu(gradient, saved(statistics as Float32Array, 4), attributes);
      const [wanted] = await onWasm(gradient, saved(wasmStatistics as Float32Array, 2), attributes);
      expectNear(dx as Float32Array, wanted as Float32Array);
    }));

  test.each(["none", "sum", "mean"])(
    "a bad label or logit makes the loss NaN, reduced by %s",
    async (reduction) => {
      const attributes = { ignoreIndex: -100, smoothing: 0, reduction };
      for (const [label, logit] of [
        [3, 0],
        [-1, 0],
        [1, Number.NaN],
        [1, Number.POSITIVE_INFINITY],
      ] as const) {
        const logits: Values = [
          [1, 2, 3, 0.5, logit, 2],
          [2, 3],
        ];
        const labels: Values = [[0, label], [2], "int32"];
        const inputs = { logits, labels };
        const [loss, statistics] = await onGpu(FUSED.crossEntropy, inputs, attributes);
        expect(loss?.at(-1)).toBeNaN();
        if (reduction === "none") expect(loss?.[0]).toBeCloseTo(2.407606, 5);
        const dy = noise(1, reduction === "none" ? [2] : []);
        const saved = { dy, ...inputs, statistics: [statistics, [2, 4]] as Values };
        const [dx] = await onGpu(
          FUSED.crossEntropyGrad,
          saved as Record<string, Values>,
          attributes,
        );
        expect(
          Array.from(dx as Float32Array)
            .slice(3)
            .every(Number.isNaN),
        ).toBe(true);
      }
    },
  );
});
