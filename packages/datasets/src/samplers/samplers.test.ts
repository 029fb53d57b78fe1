import { ArgumentError, Generator } from "@kindling/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BatchSampler } from "./batch-sampler.ts";
import { RandomSampler } from "./random-sampler.ts";
import { SequentialSampler } from "./sequential-sampler.ts";
import { WeightedRandomSampler } from "./weighted-random-sampler.ts";

describe("SequentialSampler", () => {
  test("counts, each time anew", () => {
    const sampler = new SequentialSampler({ length: 3 });
    expect([...sampler, ...sampler]).toEqual([0, 1, 2, 0, 1, 2]);
    expect([...new SequentialSampler({ length: 0 })]).toEqual([]);
  });
});

describe("RandomSampler", () => {
  test("visits every index once before any again", () => {
    const sampler = new RandomSampler(
      { length: 7 },
      { numSamples: 18, generator: new Generator(1) },
    );
    const order = [...sampler];
    expect(order).toHaveLength(18);
    for (const pass of [order.slice(0, 7), order.slice(7, 14)]) {
      expect(pass.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    }
    expect(new Set(order.slice(14)).size).toBe(4);
  });

  test("refuses an empty dataset and counts that are not positive integers", () => {
    expect(() => new RandomSampler({ length: 0 })).toThrow("got an empty one");
    for (const numSamples of [0, -1, 1.5, Number.NaN]) {
      expect(() => new RandomSampler({ length: 3 }, { numSamples })).toThrow(
        `RandomSampler: expected numSamples to be an integer from 1, got ${numSamples}`,
      );
    }
  });
});

describe("WeightedRandomSampler", () => {
  test("draws in proportion to the weights, with and without replacement", () => {
    const generator = new Generator(0);
    const weights = [0, 1, 3, 0, 4];
    const drawn = [...new WeightedRandomSampler(weights, 8000, { generator })];
    const counts = weights.map((_, index) => drawn.filter((i) => i === index).length / 1000);
    counts.forEach((count, index) => {
      expect(Math.abs(count - (weights[index] as number))).toBeLessThan(0.2);
    });

    const sampler = new WeightedRandomSampler(weights, 3, { replacement: false, generator });
    const firsts = Array.from({ length: 4000 }, () => [...sampler]);
    for (const order of firsts) expect(order.toSorted()).toEqual([1, 2, 4]);
    const share = firsts.filter(([first]) => first === 4).length / firsts.length;
    expect(Math.abs(share - 0.5)).toBeLessThan(0.03);
  });

  test.each([
    [[1, -1], 1, {}, "expected finite weights from 0, got -1 at 1"],
    [[Number.NaN], 1, {}, "got NaN at 0"],
    [[0, 0], 1, {}, "expected at least 1 positive weights, got 0"],
    [[1, 0], 2, { replacement: false }, "expected at least 2 positive weights, got 1"],
    [[1], 0, {}, "expected numSamples to be an integer from 1, got 0"],
  ])("refuses weights %j for %i samples", (weights, count, options, message) => {
    expect(() => new WeightedRandomSampler(weights, count, options)).toThrow(message);
  });
});

describe("BatchSampler", () => {
  test("has as many batches as it says, with every index in order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(), { maxLength: 40 }),
        fc.integer({ min: 1, max: 10 }),
        fc.boolean(),
        (indices, batchSize, dropLast) => {
          const sampler = new BatchSampler(indices, { batchSize, dropLast });
          const batches = [...sampler];
          expect(sampler.length).toBe(batches.length);
          const kept = dropLast ? indices.length - (indices.length % batchSize) : indices.length;
          expect(batches.flat()).toEqual(indices.slice(0, kept));
          for (const batch of batches.slice(0, -1)) expect(batch).toHaveLength(batchSize);
        },
      ),
    );
  });

  test("refuses a batch size that is not a positive integer", () => {
    expect(() => new BatchSampler([1], { batchSize: 0 })).toThrow(ArgumentError);
  });
});
