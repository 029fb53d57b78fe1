import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArgumentError, Generator, ShapeError } from "./index.ts";

describe("Generator", () => {
  test("gives torch's values, in one stream over all kinds of draw", () => {
    // torch 2.13.0: permutation(5) of seed 0; then for seed 7 rand(3), randn(5), randn(20), rand(1), randint(10).
    expect([...new Generator(0).permutation(5)]).toEqual([4, 0, 1, 3, 2]);
    const g = new Generator(7);
    expect([...g.uniform(3)]).toEqual([
      0.5349225401878357, 0.19880318641662598, 0.6592116951942444,
    ]);
    expect([...g.normal(5)]).toEqual([
      -0.032551974058151245, 1.0110543966293335, 1.7714937925338745, 0.4299081265926361,
      -1.2119221687316895,
    ]);
    const blocks = g.normal(20);
    [-0.3204769194126129, -1.5826646089553833, -0.32456663250923157, 1.9263681173324585].forEach(
      (expected, i) => {
        expect(Math.abs((blocks[i] as number) - expected)).toBeLessThan(3e-7);
      },
    );
    expect(g.uniform(1)[0]).toBeCloseTo(0.8994, 4);
    expect(Array.from({ length: 5 }, () => g.integer(10))).toEqual([7, 3, 0, 7, 0]);
  });

  test("continues from a state, also between two normals of a pair", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat(700), fc.nat(3), (seed, draws, normals) => {
        const g = new Generator(seed);
        for (let i = 0; i < draws; i++) g.random();
        g.normal(normals);
        const copy = new Generator().setState(JSON.parse(JSON.stringify(g.getState())));
        expect([...copy.normal(3), copy.random64()]).toEqual([...g.normal(3), g.random64()]);
      }),
    );
  });

  test("permutes every number once, for the empty and one-element cases too", () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(200), (seed, n) => {
        const order = new Generator(seed).permutation(n);
        expect([...order].sort((a, b) => a - b)).toEqual([...Array(n).keys()]);
      }),
    );
  });

  test("uses the low 32 bits of a seed, negative ones too", () => {
    expect(new Generator(2 ** 32 + 5).random()).toBe(new Generator(5).random());
    expect(new Generator(-1).random()).toBe(new Generator(2 ** 32 - 1).random());
  });

  test("rejects what is not a seed, a size or a state, with the value", () => {
    for (const seed of [0.5, Number.NaN, 2 ** 60]) {
      expect(() => new Generator(seed)).toThrow(`got ${seed}`);
    }
    expect(() => new Generator(0).uniform(-1)).toThrow("got -1");
    expect(() => new Generator(0).integer(0)).toThrow(ArgumentError);
    const state = new Generator(0).getState();
    expect(() => new Generator(0).setState({ ...state, words: [1] })).toThrow("got 1 words");
  });
});

describe("errors", () => {
  test("are recognised by class, and across copies of the package", () => {
    const error = new ShapeError("Linear", "[..., 3]", [4, 2], "add a Flatten");
    expect(error.message).toBe(
      "Linear: expected input of shape [..., 3], got [4, 2]; add a Flatten",
    );
    expect(ShapeError.is(error)).toBe(true);
    expect(ArgumentError.is(error)).toBe(false);
    const foreign = Object.assign(new Error("x"), { lineage: ["ShapeError", "KindlingError"] });
    expect(ShapeError.is(foreign)).toBe(true);
    expect(ArgumentError.is(foreign)).toBe(false);
  });
});
