import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addProduct,
  emptySums,
  expectSums,
  type ReferenceSums,
} from "../simd/convolution-reference.ts";
import { expectNear, seeds } from "../simd/gather-test-blocks.ts";
import {
  boundOf,
  describeOnBuilds,
  floatsOf,
  holds,
  runKernel,
  sizeOf,
  type Values,
} from "./on-builds.ts";

interface Product {
  readonly a: Values<Float32Array>;
  readonly b: Values<Float32Array>;
  readonly attributes: { readonly transposeA: boolean; readonly transposeB: boolean };
  /** `[...batch, m, n]` */
  readonly shape: readonly number[];
  readonly k: number;
}

/** Each axis of the batch, and whether the left or the right side repeats along it. */
const axes = fc.array(fc.tuple(fc.nat(3), fc.constantFrom("neither", "left", "right")), {
  maxLength: 3,
});

/** Batches of matrices that broadcast along any axes; leading axes of 1 may be left out. */
const products = fc
  .record({
    ...{ batch: axes, m: fc.nat(19), n: fc.nat(19), k: fc.nat(19), seed: seeds },
    ...{ transposeA: fc.boolean(), transposeB: fc.boolean(), short: fc.boolean() },
  })
  .map(({ batch, m, n, k, seed, transposeA, transposeB, short }): Product => {
    const side = (repeats: string): number[] => {
      const own = batch.map(([length, which]) => (which === repeats ? 1 : length));
      while (short && own[0] === 1) own.shift();
      return own;
    };
    return {
      a: floatsOf(seed, [...side("left"), ...(transposeA ? [k, m] : [m, k])]),
      b: floatsOf(seed + 2, [...side("right"), ...(transposeB ? [n, k] : [k, n])]),
      attributes: { transposeA, transposeB },
      shape: [
        ...rankOf(
          batch.map(([length]) => length),
          side("left"),
          side("right"),
        ),
        m,
        n,
      ],
      k,
    };
  });

describeOnBuilds("matrix products", () => {
  test("equal the definition for any size, transposition and batches that broadcast", () => {
    holds(
      products,
      (product) => {
        const { a, b, attributes, shape } = product;
        const [out] = runKernel("BatchMatMul", { a, b }, attributes) as [Values];
        expect(out.shape).toEqual(shape);
        expectSums(out.values as Float32Array, reference(product));
      },
      300,
    );
  });

  test("repeat both sides along different axes", () => {
    const attributes = { transposeA: false, transposeB: false };
    const [a, b] = [floatsOf(1, [2, 1, 3, 5]), floatsOf(3, [1, 3, 5, 4])];
    const shape = [2, 3, 3, 4];
    const [out] = runKernel("BatchMatMul", { a, b }, attributes) as [Values];
    expect(out.shape).toEqual(shape);
    expectSums(out.values as Float32Array, reference({ a, b, attributes, shape, k: 5 }));
  });

  test("with a bias and ReLU are cut at 0", () => {
    holds(products, (product) => {
      const { a, b, attributes, shape, k } = product;
      const bias = floatsOf(k + 1, [shape.at(-1) as number]);
      const fused = { ...attributes, activation: "relu" };
      const [out] = runKernel("_FusedMatMul", { a, b, bias }, fused) as [Values];
      expect(out.shape).toEqual(shape);
      const sums = reference(product);
      for (let i = 0; i < sums.values.length; i++) {
        addProduct(sums, i, bias.values[i % bias.values.length] as number, 1);
      }
      const expected = sums.values.map((sum) => Math.max(0, sum));
      expectNear("out", out.values, expected, boundOf(sums));
    });
  });
});

/** The batch's axes, without the leading ones that neither side has. */
function rankOf(batch: readonly number[], left: number[], right: number[]): readonly number[] {
  return batch.slice(batch.length - Math.max(left.length, right.length));
}

function reference({ a, b, attributes, shape, k }: Product): ReferenceSums {
  const sums = emptySums(sizeOf(shape));
  for (let at = 0; at < sums.values.length; at++) {
    const place = placeOf(at, shape);
    const [i, j] = place.slice(-2) as [number, number];
    const left = attributes.transposeA ? (p: number) => [p, i] : (p: number) => [i, p];
    const right = attributes.transposeB ? (p: number) => [j, p] : (p: number) => [p, j];
    for (let p = 0; p < k; p++) {
      addProduct(sums, at, valueAt(a, place, left(p)), valueAt(b, place, right(p)));
    }
  }
  return sums;
}

function placeOf(at: number, shape: readonly number[]): number[] {
  const place: number[] = [];
  for (const length of [...shape].reverse()) {
    place.unshift(at % length);
    at = Math.floor(at / length);
  }
  return place;
}

/** The value of the matrix that a place of the output uses, repeating along axes of 1. */
function valueAt({ shape, values }: Values, place: readonly number[], cell: number[]): number {
  const batch = place.slice(place.length - shape.length, -2);
  const own = [...batch.map((index, axis) => (shape[axis] === 1 ? 0 : index)), ...cell];
  return values[own.reduce((at, index, axis) => at * (shape[axis] as number) + index, 0)] as number;
}
