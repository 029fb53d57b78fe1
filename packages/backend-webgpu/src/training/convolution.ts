// The geometry of convolutions as PyTorch counts them, and direct kernels for those that tfjs's cannot do.
import { ArgumentError, type ConvolutionAttributes } from "@kindling/core";
import { expectAxes, expectIntegers, expectWindow } from "./checks.ts";
import type { Uniform } from "./recorder.ts";

type Shape = readonly number[];
type Four = [number, number, number, number];

/** Sizes of a convolution; images and filters are channels last. */
export interface Geometry {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly rows: number;
  readonly columns: number;
  readonly groups: number;
  readonly attributes: ConvolutionAttributes;
}

/** @throws {ShapeError | ArgumentError} when the shapes and attributes do not fit. */
export function geometryOf(
  where: string,
  x: Shape,
  filter: Shape,
  attributes: ConvolutionAttributes,
): Geometry {
  const { strides, dilations, padding, groups } = attributes;
  expectAxes(where, "[kh, kw, in, out]", filter, "the filter");
  expectIntegers(where, "a filter", filter, 0);
  const [rows, columns, within, outChannels] = filter as Four;
  expectWindow(where, x, { size: [rows, columns], strides, dilations, pad: 0 });
  expectIntegers(where, "padding", padding.flat(), 0);
  expectIntegers(where, "groups", [groups], 1);
  const [batch, height, width, inChannels] = x as Four;
  if (within * groups !== inChannels || outChannels % groups !== 0) {
    throw new ArgumentError(
      `${where}: expected groups of ${within} input channels that divide ${outChannels} output ` +
        `channels, got ${inChannels} input channels in ${groups} groups`,
    );
  }
  const windows = (size: number, length: number, axis: 0 | 1): number => {
    const [before, after] = padding[axis];
    const room = size + before + after - (length - 1) * dilations[axis] - 1;
    return Math.max(0, Math.floor(room / strides[axis]) + 1);
  };
  return {
    ...{ batch, height, width, inChannels, outChannels, rows, columns, groups, attributes },
    ...{ outHeight: windows(height, rows, 0), outWidth: windows(width, columns, 1) },
  };
}

export function outputShape({ batch, outHeight, outWidth, outChannels }: Geometry): number[] {
  return [batch, outHeight, outWidth, outChannels];
}

/** The geometry as the WGSL below reads it. */
export function geometryUniforms(g: Geometry): Record<string, Uniform> {
  const { strides, dilations, padding } = g.attributes;
  const numbers = {
    ...{ h: g.height, w: g.width, c: g.inChannels },
    ...{ oh: g.outHeight, ow: g.outWidth, oc: g.outChannels, kh: g.rows, kw: g.columns },
    ...{ strideH: strides[0], strideW: strides[1], dilationH: dilations[0] },
    ...{ dilationW: dilations[1], top: padding[0][0], left: padding[1][0] },
    ...{ within: g.inChannels / g.groups, per: g.outChannels / g.groups },
  };
  return Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, ["i32", value] as const]),
  );
}

/** `y[i]`, a thread a value; without `taps` there is nothing to add up but the bias. */
export function directForward(bias: boolean, taps: boolean): string {
  const sums = `
  let part = channel / u.per;
  let oy = (at / u.oc / u.ow) % u.oh;
  let ox = (at / u.oc) % u.ow;
  let image = at / (u.oc * u.ow * u.oh);
  for (var ky = 0; ky < u.kh; ky++) {
    let row = oy * u.strideH - u.top + ky * u.dilationH;
    if (row < 0 || row >= u.h) { continue; }
    for (var kx = 0; kx < u.kw; kx++) {
      let column = ox * u.strideW - u.left + kx * u.dilationW;
      if (column < 0 || column >= u.w) { continue; }
      let first = ((image * u.h + row) * u.w + column) * u.c + part * u.within;
      let tap = (ky * u.kw + kx) * u.within;
      for (var k = 0; k < u.within; k++) {
        total += x[first + k] * weights[(tap + k) * u.oc + channel];
      }
    }
  }`;
  return `
  let at = i32(i);
  let channel = at % u.oc;
  var total = ${bias ? "bias[channel]" : "0.0"};
  ${taps ? sums : ""}
  y[i] = total;`;
}

/** `dx[i]`, a thread a value: every window that the pixel is in. */
export const DIRECT_INPUT_GRADIENT = `
  let at = i32(i);
  let channel = at % u.c;
  let part = channel / u.within;
  let k = channel % u.within;
  let column = (at / u.c) % u.w;
  let row = (at / u.c / u.w) % u.h;
  let image = at / (u.c * u.w * u.h);
  var total = 0.0;
  for (var ky = 0; ky < u.kh; ky++) {
    let down = row + u.top - ky * u.dilationH;
    if (down < 0 || down % u.strideH != 0 || down / u.strideH >= u.oh) { continue; }
    for (var kx = 0; kx < u.kw; kx++) {
      let right = column + u.left - kx * u.dilationW;
      if (right < 0 || right % u.strideW != 0 || right / u.strideW >= u.ow) { continue; }
      let first = ((image * u.oh + down / u.strideH) * u.ow + right / u.strideW) * u.oc + part * u.per;
      let tap = ((ky * u.kw + kx) * u.within + k) * u.oc + part * u.per;
      for (var o = 0; o < u.per; o++) { total += dy[first + o] * weights[tap + o]; }
    }
  }
  dx[i] = total;`;
