import fc from "fast-check";
import { describe, test } from "vitest";
import { Arena, BUILDS } from "./arena.ts";
import { EPSILON, expectNear, integers, noise, seeds } from "./gather-test-blocks.ts";

describe.each(BUILDS)("embedding, %s build", async (build) => {
  const arena = await Arena.create(build);

  test("unsortedSegmentSum adds rows by id and leaves out ids that are none", () => {
    fc.assert(
      fc.property(
        ...([fc.array(fc.integer({ min: -2, max: 8 }), { maxLength: 30 })] as const),
        ...([fc.nat(13), fc.nat(7), seeds] as const),
        (ids, width, segments, seed) => {
          arena.reset();
          const values = noise(seed, ids.length * width);
          const out = arena.floats(segments * width);
          const x = arena.floats(values);
          const labels = integers(arena, ids);
          arena.kernels.unsortedSegmentSum(x, labels, out, ids.length, width, segments);
          const expected = new Float64Array(segments * width);
          ids.forEach((id, row) => {
            if (id < 0 || id >= segments) return;
            for (let k = 0; k < width; k++) {
              const at = id * width + k;
              expected[at] = (expected[at] as number) + (values[row * width + k] as number);
            }
          });
          const allowed = ids.length ** 2 * EPSILON;
          expectNear("out", arena.read(out, expected.length), expected, allowed);
          arena.checkCanaries();
        },
      ),
    );
  });
});
