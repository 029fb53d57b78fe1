// The geometry of convolutions as PyTorch counts them, and direct kernels for those that tfjs's cannot do.
import type { ConvolutionAttributes } from "@kindling/core";
import { type ConvolutionSizes, convolutionSizes } from "@kindling/core/kernels";
import type { Uniform } from "./recorder.ts";

/** A convolution of these sizes. */
export interface Geometry extends ConvolutionSizes {
  readonly groups: number;
  readonly attributes: ConvolutionAttributes;
}

/** @throws {ShapeError | ArgumentError} when the shapes and attributes do not fit. */
export function geometryOf(
  where: string,
  x: readonly number[],
  filter: readonly number[],
  attributes: ConvolutionAttributes,
): Geometry {
  const sizes = convolutionSizes(where, x, filter, attributes);
  return { ...sizes, groups: attributes.groups, attributes };
}

export function outputShape({ batchSize, outHeight, outWidth, outChannels }: Geometry): number[] {
  return [batchSize, outHeight, outWidth, outChannels];
}

/** The geometry as the WGSL below reads it. */
export function geometryUniforms(g: Geometry): Record<string, Uniform> {
  const { strides, dilations, padding } = g.attributes;
  const numbers = {
    ...{ h: g.inHeight, w: g.inWidth, c: g.inChannels },
    ...{
      oh: g.outHeight,
      ow: g.outWidth,
      oc: g.outChannels,
      kh: g.filterHeight,
      kw: g.filterWidth,
    },
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
