import { FUSED } from "@kindling/core";
import { dispose, engine, reshape, type Tensor } from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { addProduct, emptySums } from "../simd/convolution-reference.ts";
import { expectNear, seeds } from "../simd/gather-test-blocks.ts";
import {
  arrayOf,
  boundOf,
  DTYPES,
  describeOnBuilds,
  floatsOf,
  holds,
  onBackend,
  runKernel,
  sizeOf,
  type Values,
  wasmBackend,
} from "./on-builds.ts";

/** Additions in a lane of a block, the lanes' sum, and the roundings around it. */
const BLOCK = 70;

const cases = fc
  .oneof(
    fc.array(fc.nat(6), { maxLength: 4 }),
    fc.tuple(fc.nat(300), fc.constantFrom(1, 3, 5), fc.nat(20)),
  )
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      axis: fc.shuffledSubarray(shape.map((_, axis) => axis)),
      fromEnd: fc.boolean(),
      keepDims: fc.boolean(),
      dtype: fc.constantFrom(...DTYPES),
      seed: seeds,
    }),
  );

describeOnBuilds("reductions", () => {
  test("Sum and Mean over any axes, of any type, equal float64's", () => {
    holds(
      cases,
      ({ shape, axis, fromEnd, keepDims, dtype, seed }) => {
        const x = arrayOf(dtype, seed, shape);
        const attributes = { axis: fromEnd ? axis.map((a) => a - shape.length) : axis, keepDims };
        const { sums } = reference(x, axis);
        const kept = shape.flatMap((n, a) => (axis.includes(a) ? (keepDims ? [1] : []) : [n]));
        const [sum] = runKernel("Sum", { x }, attributes) as [Values];
        expect(sum.shape).toEqual(kept);
        if (dtype === "float32") {
          expectNear("sum", sum.values, sums.values, boundOf(sums, BLOCK));
        } else {
          // As an int32 wraps.
          expect(sum.values).toEqual(Int32Array.from(sums.values));
        }
        const [mean] = runKernel("Mean", { x }, attributes) as [Values];
        expect(mean.shape).toEqual(kept);
        const count = axis.reduce((size, a) => size * (shape[a] as number), 1);
        const means = sums.values.map((value) => value / count);
        const allowed = boundOf(sums, BLOCK);
        expectNear("mean", mean.values, means, (at) => allowed(at) / count);
      },
      300,
    );
  });

  test("Max over any axes is the largest, or NaN, or −∞ over nothing", () => {
    holds(
      cases.filter(({ dtype }) => dtype === "float32"),
      ({ shape, axis, keepDims, seed }) => {
        const x = floatsOf(seed, shape);
        if (seed % 4 === 0 && x.values.length > 0) x.values[seed % x.values.length] = Number.NaN;
        const { largest } = reference(x, axis);
        // tfjs's other kernels skip a NaN, where other axes than the last are left to them.
        if (largest.some(Number.isNaN) && !isLast(axis, shape.length)) return;
        const attributes = { reductionIndices: axis, keepDims };
        const [max] = runKernel("Max", { x }, attributes) as [Values];
        expect([...max.values]).toEqual([...largest]);
      },
    );
  });

  test("the sum of squares keeps its precision", () => {
    holds(cases, ({ shape, seed }) => {
      const x = floatsOf(seed, shape);
      const expected = emptySums(1);
      for (const value of x.values) addProduct(expected, 0, value, value);
      const [sum] = runKernel(FUSED.sumOfSquares, { x }) as [Values];
      expect(sum.shape).toEqual([]);
      expectNear("sum", sum.values, expected.values, boundOf(expected, BLOCK));
    });
  });

  test("KindlingAddTo adds in place, or beside what somebody else sees", () => {
    holds(fc.tuple(cases, fc.boolean()), ([{ shape, seed }, shared]) => {
      const [total, x] = [floatsOf(seed, shape), floatsOf(seed + 2, shape)];
      const before = wasmBackend().numDataIds();
      const [left, right] = [onBackend(total), onBackend(x)];
      const view = shared ? reshape(left, [left.size]) : null;
      const sum = engine().runKernel(FUSED.addTo, { total: left, x: right }) as Tensor;
      expect([sum.shape, sum.dataId === left.dataId]).toEqual([shape, !shared]);
      const expected = total.values.map((value, i) => value + (x.values[i] as number));
      expectNear("sum", sum.dataSync(), expected, 0);
      expectNear("x", right.dataSync(), x.values, 0);
      if (view) expectNear("view", view.dataSync(), total.values, 0);
      dispose([left, right, sum, ...(view ? [view] : [])]);
      expect(wasmBackend().numDataIds()).toBe(before);
    });
  });
});

function isLast(axes: readonly number[], rank: number): boolean {
  return axes.every((axis, i) => axis === rank - axes.length + i);
}

/** Σx and the largest x over the axes, in float64. */
function reference({ shape, values }: Values, axes: readonly number[]) {
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const size = sizeOf(kept.map((axis) => shape[axis] as number));
  const sums = emptySums(size);
  const largest = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
  values.forEach((value, i) => {
    let rest = i;
    const place = [...shape].reverse().map((length) => {
      const at = rest % length;
      rest = Math.floor(rest / length);
      return at;
    });
    place.reverse();
    const to = kept.reduce((at, axis) => at * (shape[axis] as number) + (place[axis] as number), 0);
    addProduct(sums, to, value, 1);
    largest[to] = Math.max(largest[to] as number, value);
  });
  return { sums, largest };
}
