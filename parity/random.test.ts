import { createHash } from "node:crypto";
import { Generator } from "@kindling/core";
import { describe, expect, test } from "vitest";
import { fixture } from "./fixtures.ts";

interface RandomFixture {
  readonly generators: readonly {
    readonly seed: number;
    readonly rand: number[];
    readonly uniform: number[];
    readonly randnFew: number[];
    readonly randn16: number[];
    readonly randn37: number[];
    readonly randperm: number[];
    readonly randpermLarge: string;
    readonly randint: number[];
  }[];
}

/** Values near ±3 whose float32 step is 2.4e-7; torch's vector build approximates log, sin and cos. */
const NORMAL_TOLERANCE = 3e-7;

const digest = (order: Int32Array): string =>
  createHash("sha256")
    .update(new Uint8Array(order.buffer, order.byteOffset, order.byteLength))
    .digest("hex");

describe.each(fixture<RandomFixture>("random").generators)("seed $seed", (expected) => {
  const fresh = (): Generator => new Generator(expected.seed);

  test("uniform values are bit-identical", () => {
    expect(fresh().uniform(5)).toEqual(Float32Array.from(expected.rand));
    expect(fresh().uniform(700, -0.3, 0.7).slice(690)).toEqual(Float32Array.from(expected.uniform));
  });

  test("permutations and integers are identical", () => {
    expect([...fresh().permutation(50)]).toEqual(expected.randperm);
    expect(digest(fresh().permutation(60_000))).toBe(expected.randpermLarge);
    const g = fresh();
    expect(expected.randint.map(() => g.integer(1000))).toEqual(expected.randint);
  });

  test("fewer than 16 normal values are bit-identical", () => {
    expect(fresh().normal(7)).toEqual(Float32Array.from(expected.randnFew));
  });

  test.each([16, 37] as const)("%i normal values are equal to a rounding or two", (size) => {
    const wanted = expected[`randn${size}`];
    const got = fresh().normal(size);
    const worst = Math.max(...wanted.map((value, i) => Math.abs(value - (got[i] as number))));
    expect(worst).toBeLessThanOrEqual(NORMAL_TOLERANCE);
  });
});
