import fc from "fast-check";
import { expect, test } from "vitest";
import type { Conv2dShape } from "../simd/convolution-kernels.ts";
import { expectSums, type ReferenceSums } from "../simd/convolution-reference.ts";
import { expectNear, seeds } from "../simd/gather-test-blocks.ts";
import { convolutionReference, operandsOf } from "./convolution-cases.ts";
import { boundOf, describeOnBuilds, floatsOf, holds, runKernel, type Values } from "./on-builds.ts";

type Kind = "same" | "valid" | "number" | "explicit";

/** One side, padded in each of tfjs's ways: `output` and `before` as TensorFlow documents them. */
const sides = (kind: Kind, amount: number) =>
  fc
    .record({
      size: fc.integer({ min: 1, max: 9 }),
      filter: fc.integer({ min: 1, max: 4 }),
      stride: fc.integer({ min: 1, max: 3 }),
      dilation: fc.integer({ min: 1, max: 2 }),
      explicit: fc.tuple(fc.nat(3), fc.nat(3)),
    })
    .map(({ size, filter, stride, dilation, explicit }) => {
      const reach = (filter - 1) * dilation + 1;
      const same = Math.ceil(size / stride);
      const missing = Math.max(0, (same - 1) * stride + reach - size);
      const [before, after] = {
        same: [Math.floor(missing / 2), Math.ceil(missing / 2)],
        valid: [0, 0],
        number: [amount, amount],
        explicit,
      }[kind] as [number, number];
      const room = size + before + after - reach;
      return { size, filter, stride, dilation, before, after, room };
    })
    .filter(({ room }) => room >= 0)
    .map((side) => ({ ...side, output: Math.floor(side.room / side.stride) + 1 }));

const cases = fc
  .tuple(fc.constantFrom<Kind>("same", "valid", "number", "explicit"), fc.nat(2))
  .chain(([kind, amount]) =>
    fc.record({
      rows: sides(kind, amount),
      columns: sides(kind, amount),
      kind: fc.constant(kind),
      amount: fc.constant(amount),
      batch: fc.nat(2),
      inputs: fc.nat(6),
      outputs: fc.nat(7),
      depthwise: fc.boolean(),
      seed: seeds,
    }),
  )
  // A depthwise convolution of no channels is a test of its own.
  .filter(({ inputs, depthwise }) => inputs > 0 || !depthwise)
  .map(({ rows, columns, kind, amount, batch, inputs, outputs, depthwise, seed }) => {
    const shape: Conv2dShape = {
      batchSize: batch,
      inHeight: rows.size,
      inWidth: columns.size,
      inChannels: inputs,
      outHeight: rows.output,
      outWidth: columns.output,
      outChannels: depthwise ? inputs * outputs : outputs,
      filterHeight: rows.filter,
      filterWidth: columns.filter,
      strideHeight: rows.stride,
      strideWidth: columns.stride,
      dilationHeight: rows.dilation,
      dilationWidth: columns.dilation,
      padInfo: { top: rows.before, left: columns.before },
    };
    const groups = depthwise ? inputs : 1;
    const { filter, ...operands } = operandsOf(shape, groups, seed);
    const explicit = [
      [0, 0],
      [rows.before, rows.after],
      [columns.before, columns.after],
      [0, 0],
    ];
    const pad = { same: "same", valid: "valid", number: amount, explicit }[kind];
    return {
      ...{ ...operands, shape, groups, depthwise },
      // tfjs's shape of the same values
      filter: depthwise
        ? { ...filter, shape: [rows.filter, columns.filter, inputs, outputs] }
        : filter,
      attributes: {
        strides: [rows.stride, columns.stride],
        dilations: [rows.dilation, columns.dilation],
        pad,
        dataFormat: "NHWC",
      },
    };
  });

/** What a fused activation is, in float64. */
const activations: Record<string, (v: number) => number> = {
  linear: (v) => v,
  relu: (v) => Math.max(0, v),
  relu6: (v) => Math.min(6, Math.max(0, v)),
  elu: (v) => (v > 0 ? v : Math.expm1(v)),
  sigmoid: (v) => 1 / (1 + Math.exp(-v)),
  leakyrelu: (v) => (v > 0 ? v : 0.3 * v),
  prelu: (v) => (v > 0 ? v : 0.7 * v),
};
/** An exponential and a few roundings, of values that are at most some ten. */
const ACTIVATED = 1e-6;

describeOnBuilds("tfjs's convolutions", () => {
  test("and their gradients equal the definition for any padding, plain and depthwise", () => {
    holds(cases, (one) => {
      const { x, filter, dy, attributes, groups, depthwise } = one;
      const reference = convolutionReference(one, groups, false);
      const names = depthwise
        ? [
            "DepthwiseConv2dNative",
            "DepthwiseConv2dNativeBackpropInput",
            "DepthwiseConv2dNativeBackpropFilter",
          ]
        : ["Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter"];
      const [forward, inputGrad, filterGrad] = names as [string, string, string];
      expectOne(runKernel(forward, { x, filter }, attributes), dy, reference.y);
      const inputShape = { ...attributes, inputShape: x.shape };
      expectOne(runKernel(inputGrad, { dy, filter }, inputShape), x, reference.dx);
      const filterShape = { ...attributes, filterShape: filter.shape };
      expectOne(runKernel(filterGrad, { x, dy }, filterShape), filter, reference.dw);
    });
  });

  test("of no channels are empty, also depthwise", () => {
    const attributes = { strides: [1, 1], dilations: [1, 1], pad: "valid", dataFormat: "NHWC" };
    const [x, filter, dy] = [floatsOf(1, [1, 4, 5, 0]), floatsOf(1, [3, 3, 0, 2]), [1, 2, 3, 0]];
    const [y] = runKernel("DepthwiseConv2dNative", { x, filter }, attributes) as [Values];
    expect(y.shape).toEqual(dy);
  });

  test("with a bias and an activation are the activation of the definition", () => {
    holds(fc.tuple(cases, fc.constantFrom(...Object.keys(activations))), ([one, activation]) => {
      const { x, filter, bias, dy, groups, depthwise } = one;
      if (dy.values.length === 0 && activation === "prelu") return; // tfjs's own divides by zero
      const name = depthwise ? "FusedDepthwiseConv2D" : "FusedConv2D";
      const slopes = floatsOf(1, [dy.shape[3] as number]);
      slopes.values.fill(0.7);
      const inputs: Record<string, Values> = { x, filter, bias };
      if (activation === "prelu") inputs.preluActivationWeights = slopes;
      const attributes = { ...one.attributes, activation, leakyreluAlpha: 0.3 };
      const [y] = runKernel(name, inputs, attributes) as [Values];
      expect(y.shape).toEqual(dy.shape);
      const sums = convolutionReference(one, groups, true).y;
      const expected = sums.values.map(activations[activation] as (v: number) => number);
      // None is steeper than 1.
      const allowed = boundOf(sums);
      expectNear(activation, y.values, expected, (at) => allowed(at) + ACTIVATED);
    });
  });
});

function expectOne(outputs: readonly Values[], like: Values, sums: ReferenceSums): void {
  const [output] = outputs as [Values];
  expect(output.shape).toEqual(like.shape);
  expectSums(output.values as Float32Array, sums);
}
