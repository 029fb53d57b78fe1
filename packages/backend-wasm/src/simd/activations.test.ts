import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Arena, BUILDS } from "./arena.ts";

describe.each(BUILDS)("activations, %s build", async (build) => {
  const arena = await Arena.create(build);

  test("reluGrad passes dy where y is positive, for any size", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.float({ noNaN: true }), fc.float({ noNaN: true })), { maxLength: 40 }),
        (pairs) => {
          arena.reset();
          const dy = arena.floats(pairs.map(([value]) => value));
          const y = arena.floats(pairs.map(([, value]) => value));
          const dx = arena.floats(pairs.length);
          arena.kernels.reluGrad(dy, y, dx, pairs.length);
          const expected = pairs.map(([value, output]) => (output > 0 ? value : 0));
          expect([...arena.read(dx, pairs.length)]).toEqual(expected);
          arena.checkCanaries();
        },
      ),
    );
  });
});
