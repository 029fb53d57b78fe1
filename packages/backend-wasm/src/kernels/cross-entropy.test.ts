import { type CrossEntropyAttributes, FUSED } from "@kindling/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EPSILON, expectNear, noise, seeds } from "../simd/gather-test-blocks.ts";
import { describeOnBuilds, floatsOf, holds, runKernel, type Values } from "./on-builds.ts";

const cases = fc
  .record({
    rows: fc.nat(9),
    classes: fc.oneof(fc.nat(21), fc.integer({ min: 1020, max: 1030 })),
    scale: fc.constantFrom(1, 20, 1e4),
    weighted: fc.boolean(),
    seed: seeds,
    attributes: fc.record({
      ignoreIndex: fc.constantFrom(-100, 0, 2),
      smoothing: fc.constantFrom(0, 0.1, 1),
      reduction: fc.constantFrom("none", "sum", "mean"),
    }),
  })
  .map(({ rows, classes, scale, weighted, seed, attributes }) => {
    const { ignoreIndex, reduction } = attributes;
    const labels = Int32Array.from(noise(seed + 2, rows), (value) =>
      value > 0.6 || classes === 0 ? ignoreIndex : Math.floor(((value + 1) / 2) * classes),
    );
    const weight = floatsOf(seed + 4, [classes]);
    weight.values.forEach((value, i, all) => {
      all[i] = value + 1.5;
    });
    return {
      logits: floatsOf(seed, [rows, classes], scale),
      labels: { shape: [rows], values: labels },
      weight: weighted ? weight : undefined,
      dy: floatsOf(seed + 6, reduction === "none" ? [rows] : []),
      attributes,
    };
  })
  // A label that is no class: another test's.
  .filter(({ logits, labels, attributes: { ignoreIndex } }) =>
    labels.values.every((label) => label === ignoreIndex || label < (logits.shape[1] as number)),
  );

describeOnBuilds("cross-entropy", () => {
  test("and its gradient equal the definition, whatever the options", () => {
    holds(
      cases,
      ({ logits, labels, weight, dy, attributes }) => {
        const own: Record<string, Values> = weight
          ? { logits, labels, weight }
          : { logits, labels };
        const name = weight ? FUSED.weightedCrossEntropy : FUSED.crossEntropy;
        const [loss, statistics] = runKernel(name, own, attributes) as [Values, Values];
        const expected = reference(logits, labels.values, weight?.values, dy.values, attributes);
        // Relative to the weights, below 3: a block's sum, the exponential and a few roundings. Logits near
        // the largest are subtracted exactly, and of others the exponential leaves little.
        const each = 3 * 20 * EPSILON;
        const size = Math.max(1, ...expected.loss.map(Math.abs));
        expect(loss.shape).toEqual(dy.shape);
        expectNear("loss", loss.values, expected.loss, size * each);
        expect(statistics.shape).toEqual([labels.values.length, 2]);
        const saved = { dy, ...own, statistics };
        const [dx] = runKernel(FUSED.crossEntropyGrad, saved, attributes) as [Values];
        expect(dx.shape).toEqual(logits.shape);
        expectNear("dx", dx.values, expected.dx, each);
      },
      200,
    );
  });
});

function reference(
  { shape, values }: Values,
  labels: Int32Array,
  weights: Float32Array | undefined,
  dy: Float32Array,
  { ignoreIndex, smoothing, reduction }: CrossEntropyAttributes,
): { loss: number[]; dx: number[] } {
  const [, classes] = shape as [number, number];
  const weight = (k: number) => weights?.[k] ?? 1;
  const counted = [...labels].filter((label) => label !== ignoreIndex);
  const divisor = reduction === "mean" ? counted.reduce((sum, k) => sum + weight(k), 0) : 1;
  const dx: number[] = [];
  const losses = [...labels].map((label, row) => {
    const own = [...values.subarray(row * classes, (row + 1) * classes)];
    const largest = Math.max(...own);
    const total = own.reduce((sum, value) => sum + Math.exp(value - largest), 0);
    const logs = own.map((value) => value - largest - Math.log(total));
    const shares = own.map((_, k) => {
      if (label === ignoreIndex) return 0;
      return weight(k) * ((k === label ? 1 - smoothing : 0) + smoothing / classes);
    });
    const mass = shares.reduce((sum, share) => sum + share, 0);
    const upstream =
      label === ignoreIndex ? 0 : (dy[dy.length === 1 ? 0 : row] as number) / divisor;
    logs.forEach((log, k) => {
      dx.push(upstream * (mass * Math.exp(log) - (shares[k] as number)));
    });
    return -shares.reduce((sum, share, k) => sum + (share && share * (logs[k] as number)), 0);
  });
  if (reduction === "none") return { loss: losses, dx };
  return { loss: [losses.reduce((sum, loss) => sum + loss, 0) / divisor], dx };
}
