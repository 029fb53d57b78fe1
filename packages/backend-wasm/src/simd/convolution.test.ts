import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Arena, BUILDS } from "./arena.ts";
import {
  type Conv2dShape,
  conv2dFilterGradScratchFloats,
  conv2dInputGradScratchFloats,
  conv2dScratchFloats,
  conv2dSizes,
} from "./convolution-kernels.ts";
import {
  convolutionShapes,
  expectSums,
  randomFloats,
  referenceConvolution,
} from "./convolution-reference.ts";

/** Of sums of up to 1,568 products, which are below 60. */
const TYPICAL = 5e-5;

/** Random operands of a convolution, and its results by the definition. */
function makeCase(shape: Conv2dShape, groups: number, seed: number) {
  const { batchSize: n, inChannels: ic, outChannels: oc, filterHeight, filterWidth } = shape;
  const x = randomFloats(n * shape.inHeight * shape.inWidth * ic, seed);
  const filter = randomFloats(filterHeight * filterWidth * (ic / groups) * oc, seed + 1);
  const dy = randomFloats(n * shape.outHeight * shape.outWidth * oc, seed + 2);
  return { x, filter, dy, reference: referenceConvolution(shape, groups, x, filter, dy) };
}

/** 3×3, stride 1, padding 1, batch 2. */
function sameConvolution(side: number, inChannels: number, outChannels: number): Conv2dShape {
  return {
    batchSize: 2,
    inHeight: side,
    inWidth: side,
    inChannels,
    outHeight: side,
    outWidth: side,
    outChannels,
    filterHeight: 3,
    filterWidth: 3,
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
    padInfo: { top: 1, left: 1 },
  };
}

describe.each(BUILDS)("convolutions, %s build", async (build) => {
  const arena = await Arena.create(build);
  const { kernels } = arena;

  /** Runs all three kernels, group by group, and compares them with the definition. */
  function check(shape: Conv2dShape, groups: number, seed: number, typical?: number): void {
    const { x, filter, dy, reference } = makeCase(shape, groups, seed);
    const sizes = conv2dSizes(shape, groups);
    arena.reset();
    const xAt = arena.floats(x);
    const filterAt = arena.floats(filter);
    const dyAt = arena.floats(dy);
    const yAt = arena.floats(dy.length);
    const dxAt = arena.floats(x.length);
    const dwAt = arena.floats(filter.length);
    const forwardScratch = arena.floats(conv2dScratchFloats(sizes));
    const inputScratch = arena.floats(conv2dInputGradScratchFloats(sizes));
    const filterScratch = arena.floats(conv2dFilterGradScratchFloats(sizes));
    for (let group = 0; group < groups; group++) {
      const i = (4 * group * shape.inChannels) / groups;
      const o = (4 * group * shape.outChannels) / groups;
      const floor = Number.NEGATIVE_INFINITY;
      kernels.conv2d(xAt + i, filterAt + o, 0, yAt + o, ...sizes, floor, forwardScratch);
      kernels.conv2dInputGrad(dyAt + o, filterAt + o, dxAt + i, ...sizes, inputScratch);
      kernels.conv2dFilterGrad(xAt + i, dyAt + o, dwAt + o, ...sizes, filterScratch);
    }
    expectSums(arena.read(yAt, dy.length), reference.y, typical);
    expectSums(arena.read(dxAt, x.length), reference.dx, typical);
    expectSums(arena.read(dwAt, filter.length), reference.dw, typical);
    arena.checkCanaries();
  }

  test("equal their definition for any shape, stride, padding, dilation and groups", () => {
    fc.assert(
      fc.property(convolutionShapes, ({ shape, groups, seed }) => check(shape, groups, seed)),
      { numRuns: 200 },
    );
  });

  test.each([
    [28, 1, 8],
    [14, 8, 16],
    [7, 16, 32],
    [28, 1, 32],
    [14, 32, 64],
  ])("equal their definition at the sizes in use: %i × %i, %i to channels", (side, ic, oc) => {
    check(sameConvolution(side, ic, oc), 1, side, TYPICAL);
  });

  test("conv2d adds a bias and cuts at the floor", () => {
    const shape = sameConvolution(5, 3, 7);
    const { x, filter, reference } = makeCase(shape, 1, 7);
    const sizes = conv2dSizes(shape);
    const bias = randomFloats(7, 8);
    arena.reset();
    const y = arena.floats(reference.y.values.length);
    const scratch = arena.floats(conv2dScratchFloats(sizes));
    kernels.conv2d(
      arena.floats(x),
      arena.floats(filter),
      arena.floats(bias),
      y,
      ...sizes,
      0,
      scratch,
    );
    arena.read(y, reference.y.values.length).forEach((value, i) => {
      const sum = (reference.y.values[i] as number) + (bias[i % 7] as number);
      expect(value).toBeCloseTo(Math.max(0, sum), 5);
    });
    arena.checkCanaries();
  });
});
