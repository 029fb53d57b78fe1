import fc from "fast-check";
import type { Conv2dShape } from "./convolution-kernels.ts";

/** A sum of products in float64, with what its float32 error is measured by. */
export interface ReferenceSums {
  readonly values: Float64Array;
  /** Σ |a · b| of each sum. */
  readonly magnitudes: Float64Array;
  /** Products in each sum. */
  readonly terms: Float64Array;
}

/** Half the distance from 1 to the next float32: the relative error of one rounding. */
const ROUNDING = 2 ** -24;

export function emptySums(size: number): ReferenceSums {
  return {
    values: new Float64Array(size),
    magnitudes: new Float64Array(size),
    terms: new Float64Array(size),
  };
}

export function addProduct(sums: ReferenceSums, at: number, a: number, b: number): void {
  (sums.values[at] as number) += a * b;
  (sums.magnitudes[at] as number) += Math.abs(a * b);
  (sums.terms[at] as number) += 1;
}

/**
 * Throws unless each float32 sum is within (terms + 2) · 2⁻²⁴ · Σ|a · b| of the reference: the
 * bound that holds for any order of summation, fused or not.
 *
 * @param typical - a tighter bound for long sums, whose errors mostly cancel.
 */
export function expectSums(
  received: Float32Array,
  reference: ReferenceSums,
  typical: number = Number.POSITIVE_INFINITY,
): void {
  reference.values.forEach((expected, i) => {
    const sure =
      ((reference.terms[i] as number) + 2) * ROUNDING * (reference.magnitudes[i] as number);
    const bound = Math.min(sure, typical);
    const error = Math.abs((received[i] as number) - expected);
    if (!(error <= bound)) {
      throw new Error(`at ${i}: expected ${expected} ± ${bound}, got ${received[i]}`);
    }
  });
}

/** `size` floats in -1..1, the same for the same seed. */
export function randomFloats(size: number, seed: number): Float32Array {
  let state = seed + 1;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 23 - 1;
  });
}

/** y, dx and dw of a convolution in `groups` groups, by its definition. */
export function referenceConvolution(
  s: Conv2dShape,
  groups: number,
  x: Float32Array,
  filter: Float32Array,
  dy: Float32Array,
): { y: ReferenceSums; dx: ReferenceSums; dw: ReferenceSums } {
  const y = emptySums(dy.length);
  const dx = emptySums(x.length);
  const dw = emptySums(filter.length);
  const icGroup = s.inChannels / groups;
  const ocGroup = s.outChannels / groups;
  forEachTap(s, (xPixel, yPixel, tap) => {
    for (let o = 0; o < s.outChannels; o++) {
      for (let i = 0; i < icGroup; i++) {
        const xAt = xPixel * s.inChannels + Math.floor(o / ocGroup) * icGroup + i;
        const yAt = yPixel * s.outChannels + o;
        const at = (tap * icGroup + i) * s.outChannels + o;
        addProduct(y, yAt, x[xAt] as number, filter[at] as number);
        addProduct(dx, xAt, dy[yAt] as number, filter[at] as number);
        addProduct(dw, at, x[xAt] as number, dy[yAt] as number);
      }
    }
  });
  return { y, dx, dw };
}

/** Each pair of an input and an output pixel that a tap of the filter joins. */
function forEachTap(s: Conv2dShape, visit: (x: number, y: number, tap: number) => void): void {
  for (let yPixel = 0; yPixel < s.batchSize * s.outHeight * s.outWidth; yPixel++) {
    const image = Math.floor(yPixel / (s.outHeight * s.outWidth));
    const oy = Math.floor(yPixel / s.outWidth) % s.outHeight;
    const ox = yPixel % s.outWidth;
    for (let tap = 0; tap < s.filterHeight * s.filterWidth; tap++) {
      const ky = Math.floor(tap / s.filterWidth);
      const iy = oy * s.strideHeight + ky * s.dilationHeight - s.padInfo.top;
      const kx = tap % s.filterWidth;
      const ix = ox * s.strideWidth + kx * s.dilationWidth - s.padInfo.left;
      if (iy < 0 || iy >= s.inHeight || ix < 0 || ix >= s.inWidth) continue;
      visit((image * s.inHeight + iy) * s.inWidth + ix, yPixel, tap);
    }
  }
}

/**
 * One axis of a convolution: any filter, stride, dilation and padding, also where no window fits.
 */
const axis = fc
  .record({
    input: fc.integer({ min: 1, max: 9 }),
    filter: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    before: fc.integer({ min: 0, max: 4 }),
    after: fc.integer({ min: 0, max: 4 }),
  })
  .map((a) => {
    const room = a.input + a.before + a.after - ((a.filter - 1) * a.dilation + 1);
    return { ...a, output: Math.max(0, Math.floor(room / a.stride) + 1) };
  });

interface RandomConvolution {
  readonly seed: number;
  readonly groups: number;
  readonly shape: Conv2dShape;
}

/** Random shapes; channels are `groups` times the given ones. */
export const convolutionShapes: fc.Arbitrary<RandomConvolution> = fc
  .record({
    batch: fc.integer({ min: 0, max: 3 }),
    groups: fc.integer({ min: 1, max: 3 }),
    rows: axis,
    columns: axis,
    inChannels: fc.integer({ min: 0, max: 10 }),
    outChannels: fc.integer({ min: 0, max: 18 }),
    seed: fc.nat(1e6),
  })
  .map(({ batch, groups, rows, columns, inChannels, outChannels, seed }) => ({
    seed,
    groups,
    shape: {
      batchSize: batch,
      inHeight: rows.input,
      inWidth: columns.input,
      inChannels: inChannels * groups,
      outHeight: rows.output,
      outWidth: columns.output,
      outChannels: outChannels * groups,
      filterHeight: rows.filter,
      filterWidth: columns.filter,
      strideHeight: rows.stride,
      strideWidth: columns.stride,
      dilationHeight: rows.dilation,
      dilationWidth: columns.dilation,
      padInfo: { top: rows.before, left: columns.before },
    },
  }));
