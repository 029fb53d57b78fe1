import { activateBackend } from "@kindling/testing";
import {
  add,
  batchNorm,
  cast,
  div,
  exp,
  gather,
  matMul,
  maximum,
  mean,
  mul,
  rsqrt,
  sqrt,
  stridedSlice,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tanh,
  tensor,
  unsortedSegmentSum,
} from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, test } from "vitest";
import { check, expectAsOnCpu, length, run, valuesOf } from "./as-on-cpu.ts";

beforeAll(() => activateBackend("wasm"));

test("max pools and their gradients, any window and stride", () => {
  const window = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }));
  const cases = fc
    .record({
      n: length,
      h: fc.integer({ min: 3, max: 7 }),
      w: fc.integer({ min: 3, max: 7 }),
      c: length,
    })
    .chain(({ n, h, w, c }) =>
      fc.tuple(window, window, fc.constantFrom("same", "valid")).chain(([size, strides, pad]) => {
        const covered = (length: number, axis: 0 | 1): number =>
          Math.ceil((pad === "same" ? length : length - size[axis] + 1) / strides[axis]);
        const dy = valuesOf(n, covered(h, 0), covered(w, 1), c);
        const attributes = { filterSize: size, strides, pad };
        return fc.tuple(valuesOf(n, h, w, c), dy, fc.constant(attributes));
      }),
    );
  check(cases, (x, dy, attributes) => {
    expectAsOnCpu([x], (a) => run("MaxPool", { x: a }, attributes));
    expectAsOnCpu([x, dy], (input, upstream) => {
      const output = run("MaxPool", { x: input }, attributes);
      return run("MaxPoolGrad", { dy: upstream, input, output }, attributes);
    });
  });
});

test("sums and means over any axes", () => {
  const cases = fc
    .array(length, { minLength: 1, maxLength: 4 })
    .chain((shape) =>
      fc.tuple(valuesOf(...shape), fc.subarray(shape.map((_, axis) => axis)), fc.boolean()),
    );
  check(cases, (x, axes, keep) => {
    if (axes.length === 0) return;
    expectAsOnCpu([x], (a) => sum(a, axes, keep));
    expectAsOnCpu([x], (a) => mean(a, axes, keep));
  });
});

test("matrix products, transposed or not, batched or not", () => {
  const cases = fc
    .record({ batch: fc.array(length, { maxLength: 2 }), m: length, k: length, n: length })
    .chain(({ batch, m, k, n }) =>
      fc.tuple(fc.boolean(), fc.boolean()).chain(([ta, tb]) => {
        const a = [...batch, ...(ta ? [k, m] : [m, k])];
        const b = [...batch, ...(tb ? [n, k] : [k, n])];
        return fc.tuple(valuesOf(...a), valuesOf(...b), fc.constant(ta), fc.constant(tb));
      }),
    );
  check(cases, (a, b, ta, tb) => {
    expectAsOnCpu([a, b], (x, y) => matMul(x, y, ta, tb));
  });
});

test("gathers and segment sums", () => {
  const cases = fc
    .record({ rows: length, width: length, count: fc.integer({ min: 0, max: 8 }) })
    .chain(({ rows, width, count }) => {
      const ids = fc.array(fc.integer({ min: 0, max: rows - 1 }), {
        minLength: count,
        maxLength: count,
      });
      return fc.tuple(valuesOf(rows, width), valuesOf(count, width), ids);
    });
  check(cases, (x, y, ids) => {
    const indices = () => tensor(Int32Array.from(ids), [ids.length], "int32") as Tensor1D;
    expectAsOnCpu([x], (a) => gather(a, indices()));
    expectAsOnCpu([y], (a) => unsortedSegmentSum(a, indices(), x.shape[0] as number));
  });
});

test("slices with steps, of every type", () => {
  const step = fc.constantFrom(-2, -1, 1, 2, 3);
  const cases = fc
    .tuple(length, length, fc.tuple(step, step))
    .chain(([h, w, steps]) =>
      fc.tuple(
        valuesOf(h, w),
        fc.constant(steps),
        fc.constantFrom("float32", "int32", "bool" as const),
      ),
    );
  check(cases, (x, steps, dtype) => {
    const ends = steps.map((step, axis) =>
      step > 0 ? [0, x.shape[axis]] : [-1, -9],
    ) as number[][];
    const [begin, end] = [0, 1].map((side) => ends.map((pair) => pair[side] as number));
    expectAsOnCpu([x], (a) =>
      cast(stridedSlice(cast(a, dtype), begin as number[], end as number[], steps), "float32"),
    );
  });
});

test("the larger of two, with broadcasting", () => {
  const cases = fc
    .tuple(length, length, fc.boolean(), fc.boolean())
    .chain(([h, w, tall, flat]) => fc.tuple(valuesOf(h, flat ? 1 : w), valuesOf(tall ? 1 : h, w)));
  check(cases, (a, b) => expectAsOnCpu([a, b], (x, y) => maximum(x, y)));
});

test("arithmetic and the functions beside it, with sides that repeat in any way", () => {
  const shapes = fc
    .tuple(fc.array(length, { minLength: 1, maxLength: 3 }), fc.array(fc.boolean()), fc.nat(2))
    .map(([shape, ones, drop]) => {
      const other = shape.map((size, axis) => (ones[axis] ? 1 : size)).slice(drop);
      return [shape, other] as const;
    });
  const cases = shapes.chain(([shape, other]) =>
    fc.tuple(valuesOf(...shape), valuesOf(...other), fc.boolean()),
  );
  check(cases, (x, y, swapped) => {
    for (const op of [add, sub, mul]) {
      expectAsOnCpu([x, y], (a, b) => (swapped ? op(b, a) : op(a, b)));
    }
    // Away from 0, which a quotient would take to infinity.
    expectAsOnCpu([x, y], (a, b) => {
      const [left, right] = [a, b].map((one) => add(mul(one, one), 0.5)) as [Tensor, Tensor];
      return swapped ? div(right, left) : div(left, right);
    });
    for (const f of [exp, tanh]) expectAsOnCpu([x], f);
    for (const f of [sqrt, rsqrt]) expectAsOnCpu([x], (a) => f(add(mul(a, a), 0.25)));
  });
});

test("batch normalization by given statistics", () => {
  const cases = fc
    .tuple(length, length, length)
    .chain(([n, h, c]) =>
      fc.tuple(valuesOf(n, h, h, c), valuesOf(c), valuesOf(c), valuesOf(c), valuesOf(c)),
    );
  check(cases, (x, mean, spread, offset, scale) => {
    expectAsOnCpu([x, mean, spread, offset, scale], (a, m, s, b, g) => {
      const [average, variance] = [m as Tensor1D, add(mul(s, s), 0.1) as Tensor1D];
      return batchNorm(a as Tensor4D, average, variance, b as Tensor1D, g as Tensor1D, 1e-3);
    });
  });
});
