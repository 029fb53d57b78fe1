import { Generator } from "@kindling/core";
import { dropoutMask } from "@kindling/core/kernels";
import fc from "fast-check";
import { expect, test } from "vitest";

const sizes = fc.nat(2000);
const shares = fc.constantFrom(0, 0.1, 0.5, 0.9);

test("keeps what is at least p, and leaves the generator where it would be", () =>
  fc.assert(
    fc.property(sizes, shares, fc.nat(99), (size, p, seed) => {
      const generator = new Generator(seed);
      const { words, index } = generator.getState();
      const random = { words: Uint32Array.from(words), index };
      const expected = Array.from(generator.uniform(size), (u) => Number(u >= p));
      expect(Array.from(dropoutMask(size, p, random))).toEqual(expected);
      const after = generator.getState();
      expect({ words: Array.from(random.words), index: random.index }).toEqual({
        words: after.words,
        index: after.index,
      });
    }),
  ));
