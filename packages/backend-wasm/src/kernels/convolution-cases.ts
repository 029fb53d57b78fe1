// For tests: random convolutions of any kind, with what the kernels are called with.
import type { ConvolutionAttributes } from "@kindling/core";
import fc from "fast-check";
import type { Conv2dShape } from "../simd/convolution-kernels.ts";
import {
  addProduct,
  type ReferenceSums,
  referenceConvolution,
} from "../simd/convolution-reference.ts";
import { seeds } from "../simd/gather-test-blocks.ts";
import { floatsOf, type Values } from "./on-builds.ts";

/** One side of an image and of what slides over it; also where no window fits, or there is no image. */
const sides = fc
  .record({
    size: fc.nat(9),
    filter: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    before: fc.nat(4),
    after: fc.nat(4),
  })
  .map((side) => {
    const { size, filter, stride, dilation, before, after } = side;
    const room = size + before + after - ((filter - 1) * dilation + 1);
    return { ...side, output: Math.max(0, Math.floor(room / stride) + 1) };
  });

export interface ConvolutionCase {
  readonly x: Values<Float32Array>;
  readonly filter: Values<Float32Array>;
  readonly bias: Values<Float32Array>;
  readonly dy: Values<Float32Array>;
  readonly attributes: ConvolutionAttributes;
  readonly shape: Conv2dShape;
}

/** Channels are `groups` times `inputs` and `outputs`; with one input a group it is depthwise. */
const sizes = fc.record({
  batch: fc.nat(3),
  groups: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 7 })),
  inputs: fc.oneof(fc.constant(1), fc.nat(6)),
  outputs: fc.nat(9),
});

/** Any stride, dilation, padding and groups at once. */
export const convolutionCases: fc.Arbitrary<ConvolutionCase> = fc
  .tuple(sizes, sides, sides, seeds)
  .map(([{ batch, groups, inputs, outputs }, rows, columns, seed]) => {
    const shape: Conv2dShape = {
      batchSize: batch,
      inHeight: rows.size,
      inWidth: columns.size,
      inChannels: inputs * groups,
      outHeight: rows.output,
      outWidth: columns.output,
      outChannels: outputs * groups,
      filterHeight: rows.filter,
      filterWidth: columns.filter,
      strideHeight: rows.stride,
      strideWidth: columns.stride,
      dilationHeight: rows.dilation,
      dilationWidth: columns.dilation,
      padInfo: { top: rows.before, left: columns.before },
    };
    return {
      shape,
      ...operandsOf(shape, groups, seed),
      attributes: {
        strides: [rows.stride, columns.stride],
        dilations: [rows.dilation, columns.dilation],
        padding: [
          [rows.before, rows.after],
          [columns.before, columns.after],
        ],
        groups,
      },
    };
  });

/** Random operands of a convolution. */
export function operandsOf(
  shape: Conv2dShape,
  groups: number,
  seed: number,
): Pick<ConvolutionCase, "x" | "filter" | "bias" | "dy"> {
  const { batchSize: n, inChannels, outChannels, filterHeight, filterWidth } = shape;
  return {
    x: floatsOf(seed, [n, shape.inHeight, shape.inWidth, inChannels]),
    filter: floatsOf(seed + 2, [filterHeight, filterWidth, inChannels / groups, outChannels]),
    bias: floatsOf(seed + 4, [outChannels]),
    dy: floatsOf(seed + 6, [n, shape.outHeight, shape.outWidth, outChannels]),
  };
}

/** y (with the bias, if told), dx and dw, in float64. */
export function convolutionReference(
  { shape, x, filter, bias, dy }: Omit<ConvolutionCase, "attributes">,
  groups: number,
  withBias: boolean,
): { y: ReferenceSums; dx: ReferenceSums; dw: ReferenceSums } {
  const sums = referenceConvolution(shape, groups, x.values, filter.values, dy.values);
  if (withBias) {
    for (let i = 0; i < dy.values.length; i++) {
      addProduct(sums.y, i, bias.values[i % shape.outChannels] as number, 1);
    }
  }
  return sums;
}
