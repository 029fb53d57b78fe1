import { wasm } from "@kindling/backend-wasm";
import { selectBackend } from "@kindling/core";
import "@tensorflow/tfjs-backend-cpu";
import {
  gatherND,
  matMul,
  memory,
  pow,
  range,
  scatterND,
  setBackend,
  type Tensor,
  tensor,
  tensorScatterUpdate,
  tidy,
  topk,
} from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { webgpu } from "../webgpu.ts";
import { BIG } from "./stock-faults.ts";

beforeAll(async () => {
  await selectBackend(wasm());
  await selectBackend(webgpu());
});

/** The same function on both: these compute integers, which are equal or wrong. */
async function expectEqual(run: () => Tensor | Tensor[]): Promise<void> {
  const results: number[][][] = [];
  for (const backend of ["cpu", "webgpu"]) {
    await setBackend(backend);
    const before = memory().numTensors;
    const outputs = tidy(() => [run()].flat());
    results.push(await Promise.all(outputs.map(async (one) => Array.from(await one.data()))));
    results.push([outputs.flatMap(({ shape }) => shape)]);
    for (const one of outputs) one.dispose();
    expect(memory().numTensors).toBe(before);
  }
  expect(results.slice(2)).toEqual(results.slice(0, 2));
}

const ints = (shape: readonly number[], from = -9, to = 9) => {
  const length = shape.reduce((product, n) => product * n, 1);
  return fc.array(fc.integer({ min: from, max: to }), { minLength: length, maxLength: length });
};

const int32 = (values: readonly number[], shape: readonly number[]) =>
  tensor([...values], [...shape], "int32");

const runs = { numRuns: 12 };

describe("integers on webgpu", () => {
  const matrices = fc
    .record({
      batches: fc.constantFrom(
        [[], []],
        [[2], [2]],
        [[2], [1]],
        [[1], [3]],
        [
          [2, 1],
          [2, 3],
        ],
      ),
      m: fc.integer({ min: 1, max: 5 }),
      n: fc.integer({ min: 1, max: 5 }),
      inner: fc.integer({ min: 1, max: 6 }),
      transposeA: fc.boolean(),
      transposeB: fc.boolean(),
    })
    .chain(({ batches, m, n, inner, transposeA, transposeB }) => {
      const [left, right] = batches;
      const a = [...left, ...(transposeA ? [inner, m] : [m, inner])];
      const b = [...right, ...(transposeB ? [n, inner] : [inner, n])];
      return fc.record({
        a: ints(a).map((values) => ({ values, shape: a })),
        b: ints(b).map((values) => ({ values, shape: b })),
        ...{ transposeA: fc.constant(transposeA), transposeB: fc.constant(transposeB) },
      });
    });

  // Not tfjs's cpu backend: of partly repeated batches it multiplies the wrong matrices.
  test("products of matrices, batched, repeated and transposed, of floats too", () =>
    fc.assert(
      fc.asyncProperty(matrices, async ({ a, b, transposeA, transposeB }) => {
        await setBackend("wasm");
        const floats = (one: typeof a) => tensor(one.values, one.shape);
        const product = matMul(floats(a), floats(b), transposeA, transposeB);
        const expected = Array.from(await product.data());
        await setBackend("webgpu");
        const left = int32(a.values, a.shape);
        const ours = [
          matMul(left, int32(b.values, b.shape), transposeA, transposeB),
          matMul(floats(a), floats(b), transposeA, transposeB),
        ];
        for (const one of ours) {
          expect(one.shape).toEqual(product.shape);
          expect(Array.from(await one.data())).toEqual(expected);
        }
      }),
      runs,
    ));

  test("the largest of a row, with ties, of floats too", () =>
    fc.assert(
      fc.asyncProperty(ints([3, 7], -3, 3), fc.integer({ min: 0, max: 7 }), (values, k) =>
        expectEqual(() => {
          const whole = topk(int32(values, [3, 7]), k);
          const floats = topk(tensor(values, [3, 7]), k);
          const single = topk(int32(values.slice(0, 3), [3, 1]), Math.min(k, 1));
          return [whole, floats, single].flatMap((one) => [one.values, one.indices]);
        }),
      ),
      runs,
    ));

  test("values picked and put by places", () =>
    fc.assert(
      fc.asyncProperty(ints([3, 4, 2]), ints([5, 2], 0, 2), (values, places) =>
        expectEqual(() => {
          const at = int32(places, [5, 2]);
          const rows = int32([0, 2, 1], [3, 1]);
          const updates = int32(values.slice(0, 10), [5, 2]);
          return [
            gatherND(int32(values, [3, 4, 2]), at),
            scatterND(at, updates, [3, 4, 2]),
            tensorScatterUpdate(
              int32(values, [3, 8]),
              rows,
              int32(values.slice().reverse(), [3, 8]),
            ),
          ];
        }),
      ),
      runs,
    ));

  test("powers, to negative ones as well", () =>
    fc.assert(
      fc.asyncProperty(ints([40], -6, 6), ints([40], -4, 9), (bases, exponents) =>
        expectEqual(() => {
          const base = bases.map((b, i) => (b === 0 && (exponents[i] as number) < 0 ? 1 : b));
          return pow(int32(base, [40]), int32(exponents, [40]));
        }),
      ),
      runs,
    ));

  test("ranges beyond 2²⁴", async () => {
    await setBackend("webgpu");
    const values = range(BIG, BIG + 3, 1, "int32");
    expect(Array.from(await values.data())).toEqual([BIG, BIG + 1, BIG + 2]);
    values.dispose();
  });
});
