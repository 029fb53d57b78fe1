import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Arena, BUILDS } from "./arena.ts";
import type { Conv2dShape } from "./convolution-kernels.ts";
import {
  convolutionShapes,
  expectSums,
  randomFloats,
  referenceConvolution,
} from "./convolution-reference.ts";
import {
  depthwiseFilterGradScratchFloats,
  depthwiseInputGradScratchFloats,
  depthwiseScratchFloats,
  depthwiseSizes,
} from "./depthwise-kernels.ts";

/** Random operands of a depthwise convolution, and its results by the definition. */
function makeCase(shape: Conv2dShape, seed: number) {
  const x = randomFloats(shape.batchSize * shape.inHeight * shape.inWidth * shape.inChannels, seed);
  const filter = randomFloats(shape.filterHeight * shape.filterWidth * shape.outChannels, seed + 1);
  const dy = randomFloats(
    shape.batchSize * shape.outHeight * shape.outWidth * shape.outChannels,
    seed + 2,
  );
  // A depthwise convolution is one with a group a channel, and lays out its filter in the same way.
  return { x, filter, dy, reference: referenceConvolution(shape, shape.inChannels, x, filter, dy) };
}

describe.each(BUILDS)("depthwise convolutions, %s build", async (build) => {
  const arena = await Arena.create(build);
  const { kernels } = arena;

  test("equal their definition for any shape, stride, padding, dilation and multiplier", () => {
    fc.assert(
      fc.property(
        convolutionShapes,
        fc.integer({ min: 1, max: 4 }),
        ({ shape: any, seed }, multiplier) => {
          const shape = { ...any, outChannels: any.inChannels * multiplier };
          const { x, filter, dy, reference } = makeCase(shape, seed);
          const sizes = depthwiseSizes(shape);
          arena.reset();
          const xAt = arena.floats(x);
          const filterAt = arena.floats(filter);
          const dyAt = arena.floats(dy);
          const y = arena.floats(dy.length);
          const dx = arena.floats(x.length);
          const dw = arena.floats(filter.length);
          const forwardScratch = arena.floats(depthwiseScratchFloats(sizes));
          const inputScratch = arena.floats(depthwiseInputGradScratchFloats(sizes));
          const filterScratch = arena.floats(depthwiseFilterGradScratchFloats(sizes));
          const floor = Number.NEGATIVE_INFINITY;
          kernels.depthwiseConv2d(xAt, filterAt, 0, y, ...sizes, floor, forwardScratch);
          kernels.depthwiseInputGrad(dyAt, filterAt, dx, ...sizes, inputScratch);
          kernels.depthwiseFilterGrad(xAt, dyAt, dw, ...sizes, filterScratch);
          expectSums(arena.read(y, dy.length), reference.y);
          expectSums(arena.read(dx, x.length), reference.dx);
          expectSums(arena.read(dw, filter.length), reference.dw);
          arena.checkCanaries();
        },
      ),
      { numRuns: 200 },
    );
  });

  test("depthwiseConv2d adds a bias and cuts at the floor", () => {
    const shape: Conv2dShape = {
      batchSize: 1,
      inHeight: 4,
      inWidth: 5,
      inChannels: 3,
      outHeight: 3,
      outWidth: 4,
      outChannels: 6,
      filterHeight: 2,
      filterWidth: 2,
      strideHeight: 1,
      strideWidth: 1,
      dilationHeight: 1,
      dilationWidth: 1,
      padInfo: { top: 0, left: 0 },
    };
    const { x, filter, reference } = makeCase(shape, 3);
    const sizes = depthwiseSizes(shape);
    const bias = randomFloats(6, 4);
    arena.reset();
    const y = arena.floats(72);
    kernels.depthwiseConv2d(
      arena.floats(x),
      arena.floats(filter),
      arena.floats(bias),
      y,
      ...sizes,
      0,
      arena.floats(depthwiseScratchFloats(sizes)),
    );
    arena.read(y, 72).forEach((value, i) => {
      const sum = (reference.y.values[i] as number) + (bias[i % 6] as number);
      expect(value).toBeCloseTo(Math.max(0, sum), 5);
    });
    arena.checkCanaries();
  });
});
