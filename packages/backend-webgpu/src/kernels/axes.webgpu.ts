// Random shapes of one to six axes, as on tfjs's cpu backend.
import { Generator, selectBackend } from "@kindling/core";
import { expectClose } from "@kindling/testing";
import "@tensorflow/tfjs-backend-cpu";
import {
  add,
  argMax,
  argMin,
  cumsum,
  type DataType,
  fill,
  greater,
  mirrorPad,
  mul,
  pad,
  prelu,
  reverse,
  setBackend,
  slice,
  stridedSlice,
  sum,
  type Tensor,
  tensor,
  tidy,
  tile,
  transpose,
  where,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { webgpu } from "../webgpu.ts";

const RUNS = 20;
/** Sums of a few whole numbers are exact; prelu multiplies once. */
const TOLERANCE = 1e-6;

/** A tensor with several equal values, and one of a shape that broadcasts with it. */
interface Case {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly pick: (below: number) => number;
}

const OPS: Readonly<Record<string, (parameters: Case) => Tensor>> = {
  add: ({ x, y }) => add(x, y),
  mul: ({ x, y }) => mul(y, x),
  greater: ({ x, y }) => greater(x, y),
  where: ({ x, y }) => where(greater(x, y), x, y),
  prelu: ({ x, y }) => (x.dtype === "float32" ? prelu(x, y) : x),
  argMax: ({ x, pick }) => argMax(x, pick(x.rank)),
  argMin: ({ x, pick }) => argMin(x, pick(x.rank)),
  sum: ({ x, pick }) => sum(x, pick(x.rank)),
  cumsum: ({ x, pick }) => cumsum(x, pick(x.rank), pick(2) === 1, pick(2) === 1),
  pad: ({ x, pick }) =>
    pad(
      x,
      x.shape.map(() => [pick(3), pick(3)]),
      7,
    ),
  mirrorPad: ({ x, pick }) =>
    mirrorPad(
      x,
      x.shape.map((length) => [pick(length), pick(length)]),
      pick(2) === 1 ? "reflect" : "symmetric",
    ),
  reverse: ({ x, pick }) => reverse(x, pick(x.rank)),
  slice: ({ x, pick }) => {
    const begin = x.shape.map((length) => pick(length));
    return slice(
      x,
      begin,
      x.shape.map((length, i) => 1 + pick(length - (begin[i] as number))),
    );
  },
  stridedSlice: ({ x, pick }) => {
    const steps = x.shape.map(() => [-2, -1, 1, 2][pick(4)] as number);
    return stridedSlice(
      x,
      x.shape.map((length, i) => ((steps[i] as number) > 0 ? 0 : length - 1)),
      x.shape.map((length, i) => ((steps[i] as number) > 0 ? length : -length - 1)),
      steps,
    );
  },
  tile: ({ x, pick }) =>
    tile(
      x,
      x.shape.map(() => 1 + pick(2)),
    ),
  transpose: ({ x, pick }) => {
    const order = x.shape.map((_, axis) => axis);
    order.push(...order.splice(0, pick(x.rank)));
    return transpose(x, order);
  },
};

describe("kernels over one to six axes", () => {
  beforeAll(async () => {
    await selectBackend(webgpu());
  });

  test.each(Object.keys(OPS))("%s is as on the cpu backend", async (name) => {
    for (let seed = 0; seed < RUNS; seed++) {
      const dtype = seed % 2 === 0 ? "float32" : "int32";
      await setBackend("cpu");
      const expected = await compute(name, seed, dtype);
      await setBackend("webgpu");
      const received = await compute(name, seed, dtype);
      expect(received.shape, `shape, seed ${seed}`).toEqual(expected.shape);
      expectClose(received.values, expected.values, {
        tolerance: TOLERANCE,
        title: `seed ${seed}, [${expected.from}]`,
      });
    }
  });

  test("more values than one row of work groups has threads", async () => {
    const size = 65_535 * 64 + 1000;
    const x = fill([size], 16_777_217, "int32");
    const values = await x.data();
    x.dispose();
    expect(values.length).toBe(size);
    expect(values.every((value) => value === 16_777_217)).toBe(true);
  });
});

async function compute(
  name: string,
  seed: number,
  dtype: DataType,
): Promise<{ shape: number[]; values: ArrayLike<number>; from: number[] }> {
  const generator = new Generator(seed);
  const pick = (below: number) => generator.integer(below);
  const shape = Array.from({ length: 1 + pick(6) }, () => 1 + pick(4));
  const other = shape.map((length) => (pick(2) === 0 ? 1 : length)).slice(pick(shape.length));
  const make = (of: readonly number[]) => {
    const values = Array.from({ length: of.reduce((a, b) => a * b, 1) }, () => pick(7) - 3);
    return tensor(values, [...of], dtype);
  };
  const output = tidy(() =>
    (OPS[name] as (c: Case) => Tensor)({ x: make(shape), y: make(other), pick }),
  );
  const values = await output.data();
  const result = { shape: output.shape, values, from: shape };
  output.dispose();
  return result;
}
