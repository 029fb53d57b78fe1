import { ArgumentError, Generator } from "@kindling/core";
import type { Tensor1D } from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { ArrayDataset } from "./array-dataset.ts";
import { randomSplit } from "./random-split.ts";
import type { Subset } from "./subset.ts";

const dataset = (length: number): ArrayDataset<number> =>
  new ArrayDataset(Array.from({ length }, (_, i) => i));

describe("randomSplit", () => {
  test("is a tuple of as many parts as lengths", () => {
    const parts = randomSplit(dataset(10), [0.8, 0.2]);
    expectTypeOf(parts.length).toEqualTypeOf<2>();
    const [train, validation] = parts;
    expectTypeOf(train).toEqualTypeOf<Subset<number, Tensor1D>>();
    expect([train.length, validation.length]).toEqual([8, 2]);
  });

  test("gives every sample to exactly one part", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }),
        fc.integer(),
        (counts, seed) => {
          const length = counts.reduce((a, b) => a + b, 0);
          fc.pre(length !== 1); // counts that sum to 1 are fractions, as in torch
          const parts = randomSplit(dataset(length), counts, { generator: new Generator(seed) });
          expect(parts.map((part) => part.length)).toEqual(counts);
          const all = parts.flatMap((part) => Array.from(part.indices)).sort((a, b) => a - b);
          expect(all).toEqual(Array.from({ length }, (_, i) => i));
        },
      ),
    );
  });

  test("takes fractions that sum to 1 but for rounding, above or below", () => {
    for (const fractions of [Array<number>(10).fill(0.1), [0.1, 0.2, 0.7000000000000001]]) {
      const parts = randomSplit(dataset(1000), fractions);
      expect(parts.reduce((sum, part) => sum + part.length, 0)).toBe(1000);
    }
  });

  test.each([
    [[0.5, 0.4], "expected fractions to sum to 1, got 0.9"],
    [[0.8, 0.3], "expected fractions to sum to 1, got 1.1"],
    [[3, 4], "expected counts to sum to 10 (the dataset's length), got 7"],
    [[], "expected counts to sum to 10 (the dataset's length), got 0"],
    [[12, -2], "expected counts or fractions from 0, got -2 at 1"],
    [[Number.NaN], "got NaN at 0"],
  ])("refuses %j", (lengths, message) => {
    expect(() => randomSplit(dataset(10), lengths)).toThrow(ArgumentError);
    expect(() => randomSplit(dataset(10), lengths)).toThrow(message);
  });
});
