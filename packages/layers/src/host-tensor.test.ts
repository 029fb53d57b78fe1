import fc from "fast-check";
import { expect, test } from "vitest";
import { permuted } from "./host-tensor.ts";

test("permuted is what transpose does, there and back", () => {
  fc.assert(
    fc.property(
      fc
        .array(fc.integer({ min: 0, max: 4 }), { minLength: 0, maxLength: 4 })
        .chain((shape) =>
          fc.tuple(
            fc.constant(shape),
            fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
          ),
        ),
      ([shape, permutation]) => {
        const size = shape.reduce((a, b) => a * b, 1);
        const data = Int32Array.from({ length: size }, (_, i) => i);
        const there = permuted(data, shape, permutation);
        const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
        const sizes = permutation.map((axis) => shape[axis] as number);
        // Each value is its old position: taken apart by the new sizes, its index gives it back.
        there.forEach((value, at) => {
          let rest = at;
          let from = 0;
          for (let axis = sizes.length - 1; axis >= 0; axis--) {
            const length = sizes[axis] as number;
            from += (rest % length) * (strides[permutation[axis] as number] as number);
            rest = Math.floor(rest / length);
          }
          expect(value).toBe(from);
        });
      },
    ),
  );
});
