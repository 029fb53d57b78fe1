import { activateBackend, expectClose } from "@kindling/testing";
import { conv2d, type Tensor4D, tensor, tidy } from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, test } from "vitest";
import { check, expectAsOnCpu, length, run, valuesOf } from "./as-on-cpu.ts";

beforeAll(() => activateBackend("wasm"));

const pad = fc.integer({ min: 0, max: 2 });

const convolutions = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 1, max: 7 }),
    width: fc.integer({ min: 1, max: 7 }),
    inputs: length,
    outputs: length,
    filter: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    rows: fc.tuple(pad, pad),
    columns: fc.tuple(pad, pad),
  })
  .filter(({ height, width, filter: [kh, kw], rows, columns }) => {
    return height + rows[0] + rows[1] >= kh && width + columns[0] + columns[1] >= kw;
  });
type Convolution = typeof convolutions extends fc.Arbitrary<infer T> ? T : never;

const outputs = (size: number, filter: number, stride: number, [a, b]: [number, number]): number =>
  Math.floor((size + a + b - filter) / stride) + 1;

function attributesOf({ strides, rows, columns }: Convolution): object {
  const padding = [[0, 0], rows, columns, [0, 0]];
  return { strides, pad: padding, dataFormat: "NHWC", dilations: [1, 1] };
}

type Four = [number, number, number, number];

function shapesOf(at: Convolution): { x: Four; w: Four; dy: Four } {
  const { batch, height, width, filter, strides, rows, columns } = at;
  return {
    x: [batch, height, width, at.inputs],
    w: [...filter, at.inputs, at.outputs],
    dy: [
      batch,
      outputs(height, filter[0], strides[0], rows),
      outputs(width, filter[1], strides[1], columns),
      at.outputs,
    ],
  };
}

test("convolutions and their gradients, any size, stride and padding", () => {
  const cases = convolutions.chain((at) => {
    const { x, w, dy } = shapesOf(at);
    return fc.tuple(fc.constant(at), valuesOf(...x), valuesOf(...w), valuesOf(...dy));
  });
  check(cases, (at, x, w, dy) => {
    const attributes = attributesOf(at);
    const { x: inputShape, w: filterShape } = shapesOf(at);
    expectAsOnCpu([x, w], (a, filter) => run("Conv2D", { x: a, filter }, attributes));
    expectAsOnCpu([x, dy], (a, b) =>
      run("Conv2DBackpropFilter", { x: a, dy: b }, { ...attributes, filterShape }),
    );
    expectAsOnCpu([dy, w], (a, filter) =>
      run("Conv2DBackpropInput", { dy: a, filter }, { ...attributes, inputShape }),
    );
  });
});

test("depthwise gradients, any size, stride and padding", () => {
  const cases = convolutions.chain((at) => {
    const { x, w, dy } = shapesOf(at);
    const wide = [...dy.slice(0, 3), at.inputs * at.outputs];
    return fc.tuple(fc.constant(at), valuesOf(...x), valuesOf(...w), valuesOf(...wide));
  });
  check(cases, (at, x, w, dy) => {
    const attributes = attributesOf(at);
    const { x: inputShape, w: filterShape } = shapesOf(at);
    expectAsOnCpu([x, dy], (a, b) =>
      run("DepthwiseConv2dNativeBackpropFilter", { x: a, dy: b }, { ...attributes, filterShape }),
    );
    expectAsOnCpu([dy, w], (a, filter) =>
      run("DepthwiseConv2dNativeBackpropInput", { dy: a, filter }, { ...attributes, inputShape }),
    );
  });
});

test("a number as padding means that much on every side, whatever the filter's shape", () => {
  const cases = convolutions.chain((at) => {
    const side = at.rows[0];
    const square = { ...at, rows: [side, side], columns: [side, side] } as Convolution;
    const { x, w, dy } = shapesOf(square);
    const fits = dy.every((axis) => axis > 0);
    return fits ? fc.tuple(fc.constant(square), valuesOf(...x), valuesOf(...w)) : fc.constant(null);
  });
  check(fc.tuple(cases), (generated) => {
    if (generated === null) return;
    const [at, x, w] = generated;
    const side = at.rows[0];
    tidy(() => {
      const a: Tensor4D = tensor(x.values, shapesOf(at).x);
      const filter: Tensor4D = tensor(w.values, shapesOf(at).w);
      const spelled = conv2d<Tensor4D>(a, filter, at.strides, [
        [0, 0],
        [side, side],
        [side, side],
        [0, 0],
      ]);
      const number = conv2d<Tensor4D>(a, filter, at.strides, side);
      expectClose(number, spelled, { tolerance: 0 });
    });
  });
});
