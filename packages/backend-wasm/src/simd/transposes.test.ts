import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Arena, BUILDS } from "./arena.ts";
import { noise, seeds } from "./gather-test-blocks.ts";

describe.each(BUILDS)("transposes, %s build", async (build) => {
  const arena = await Arena.create(build);

  test("transpose swaps the last two axes, and twice is nothing", () => {
    fc.assert(
      fc.property(fc.nat(3), fc.nat(40), fc.nat(40), seeds, (batch, rows, columns, seed) => {
        arena.reset();
        const values = noise(seed, batch * rows * columns);
        const x = arena.floats(values);
        const y = arena.floats(values.length);
        const back = arena.floats(values.length);
        arena.kernels.transpose(x, y, batch, rows, columns);
        arena.kernels.transpose(y, back, batch, columns, rows);
        const expected = Array.from(values, (_, i) => {
          const row = i % rows;
          const column = Math.floor(i / rows) % columns;
          const image = Math.floor(i / (rows * columns));
          return values[(image * rows + row) * columns + column];
        });
        expect([...arena.read(y, values.length)]).toEqual(expected);
        expect([...arena.read(back, values.length)]).toEqual([...values]);
        arena.checkCanaries();
      }),
    );
  });
});
