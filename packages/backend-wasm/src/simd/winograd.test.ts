import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Arena, BUILDS } from "./arena.ts";
import type { Conv2dShape } from "./convolution-kernels.ts";
import { type ReferenceSums, randomFloats, referenceConvolution } from "./convolution-reference.ts";
import { winogradScratchFloats, winogradSizes } from "./winograd-kernels.ts";

const ROUNDING = 2 ** -24;
/** What the sums of |values| grow to between the transforms, values being at most 1: (2 · (1 + 1.5 + 1.5))². */
const GROWTH = 64;

const side = fc.record({
  input: fc.integer({ min: 1, max: 11 }),
  before: fc.integer({ min: 0, max: 4 }),
  after: fc.integer({ min: 0, max: 4 }),
});

const shapes: fc.Arbitrary<{ shape: Conv2dShape; groups: number; seed: number }> = fc
  .record({
    batch: fc.integer({ min: 0, max: 4 }),
    groups: fc.integer({ min: 1, max: 2 }),
    rows: side,
    columns: side,
    inChannels: fc.integer({ min: 0, max: 10 }),
    outChannels: fc.integer({ min: 0, max: 18 }),
    seed: fc.nat(1e6),
  })
  .map(({ batch, groups, rows, columns, inChannels, outChannels, seed }) => {
    const output = ({ input, before, after }: typeof rows): number =>
      Math.max(0, input + before + after - 2);
    const pads = { top: rows.before, left: columns.before };
    const sizes = [rows.input, columns.input, output(rows), output(columns)] as const;
    const channels = [inChannels * groups, outChannels * groups] as const;
    return { shape: convolution(batch, sizes, channels, pads), groups, seed };
  });

function convolution(
  batchSize: number,
  [inHeight, inWidth, outHeight, outWidth]: readonly [number, number, number, number],
  [inChannels, outChannels]: readonly [number, number],
  padInfo: { top: number; left: number },
): Conv2dShape {
  const ones = { strideHeight: 1, strideWidth: 1, dilationHeight: 1, dilationWidth: 1 };
  const sizes = { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels };
  return { ...sizes, ...ones, filterHeight: 3, filterWidth: 3, padInfo };
}

describe.each(BUILDS)("Winograd's convolutions, %s build", async (build) => {
  const arena = await Arena.create(build);
  const { kernels } = arena;

  /** Runs all three, group by group; returns the largest error of each. */
  function check(shape: Conv2dShape, groups: number, seed: number, bias: number): number[] {
    const { batchSize: n, inChannels: ic, outChannels: oc } = shape;
    const x = randomFloats(n * shape.inHeight * shape.inWidth * ic, seed);
    const filter = randomFloats(9 * (ic / groups) * oc, seed + 1);
    const dy = randomFloats(n * shape.outHeight * shape.outWidth * oc, seed + 2);
    const reference = referenceConvolution(shape, groups, x, filter, dy);
    const sizes = winogradSizes(shape, groups);
    arena.reset();
    const [xAt, filterAt, dyAt] = [x, filter, dy].map((v) => arena.floats(v)) as Three;
    const [yAt, dxAt, dwAt] = [dy, x, filter].map((v) => arena.floats(v.length)) as Three;
    const biasAt = arena.floats(new Float32Array(oc).fill(bias));
    const scratch = arena.floats(winogradScratchFloats(sizes));
    for (let group = 0; group < groups; group++) {
      const i = (4 * group * ic) / groups;
      const o = (4 * group * oc) / groups;
      const floor = Number.NEGATIVE_INFINITY;
      const from = bias === 0 ? 0 : biasAt + o;
      kernels.winogradConv2d(xAt + i, filterAt + o, from, yAt + o, ...sizes, floor, scratch);
      kernels.winogradInputGrad(dyAt + o, filterAt + o, dxAt + i, ...sizes, scratch);
      kernels.winogradFilterGrad(xAt + i, dyAt + o, dwAt + o, ...sizes, scratch);
    }
    const tiles = n * Math.ceil(shape.outHeight / 2) * Math.ceil(shape.outWidth / 2);
    const errors = [
      worst("y", arena.read(yAt, dy.length), reference.y, ic / groups, bias),
      worst("dx", arena.read(dxAt, x.length), reference.dx, oc / groups),
      worst("dw", arena.read(dwAt, filter.length), reference.dw, tiles),
    ];
    arena.checkCanaries();
    return errors;
  }

  test("equal their definition for any size, padding and groups", () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom(0, 0.5), ({ shape, groups, seed }, bias) => {
        check(shape, groups, seed, bias);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    [7, 16, 32],
    [14, 32, 64],
  ])("equal their definition at the sizes in use: side %i, %i to %i channels", (size, ic, oc) => {
    const sizes = [size, size, size, size] as const;
    const shape = convolution(2, sizes, [ic, oc], { top: 1, left: 1 });
    // Sums of 144 to 576 products; the largest value is about 30.
    for (const error of check(shape, 1, size, 0)) expect(error).toBeLessThan(2e-5);
  });

  test("cut at the floor", () => {
    const shape = convolution(1, [4, 4, 4, 4], [3, 5], { top: 1, left: 1 });
    arena.reset();
    const x = arena.floats(randomFloats(48, 1));
    const filter = arena.floats(randomFloats(135, 2));
    const y = arena.floats(80);
    const sizes = winogradSizes(shape);
    const scratch = arena.floats(winogradScratchFloats(sizes));
    kernels.winogradConv2d(x, filter, 0, y, ...sizes, 0, scratch);
    const values = [...arena.read(y, 80)];
    expect(Math.min(...values)).toBe(0);
    expect(Math.max(...values)).toBeGreaterThan(0);
  });
});

type Three = [number, number, number];

/** The largest error; throws when it is above what any order of the `terms` products at a point can give. */
function worst(
  what: string,
  received: Float32Array,
  { values }: ReferenceSums,
  terms: number,
  bias = 0,
): number {
  const bound = (terms + 16) * ROUNDING * GROWTH * (terms + 1);
  const errors = Array.from(values, (value, i) => Math.abs((received[i] as number) - value - bias));
  const at = errors.findIndex((error) => !(error <= bound));
  if (at >= 0) throw new Error(`${what} at ${at}: ${values[at]} ± ${bound}, got ${received[at]}`);
  return Math.max(0, ...errors);
}
