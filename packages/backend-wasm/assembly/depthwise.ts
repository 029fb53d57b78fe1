import { pixelTable } from "./conv2d";
import { storePart } from "./matmul-tile";
import { copyFloats } from "./pack";
import { fma } from "./vector";

// Depthwise convolutions: x [n, h, w, c], filter [kh, kw, c, m], y [n, oh, ow, c · m].
//
// All loops run over y's channels, four or eight a vector. Where m > 1 the copy of x repeats each
// channel m times, so that the loops below know no multiplier. Copies have zeros around them, and
// their channels are rounded up, so that there are no edges.

/** y = depthwise convolution plus bias where it is not 0, at least `floor`. */
export function depthwiseConv2d(
  x: usize,
  filter: usize,
  bias: usize,
  y: usize,
  n: i32,
  h: i32,
  w: i32,
  c: i32,
  multiplier: i32,
  oh: i32,
  ow: i32,
  kh: i32,
  kw: i32,
  strideH: i32,
  strideW: i32,
  padTop: i32,
  padLeft: i32,
  dilationH: i32,
  dilationW: i32,
  floor: f32,
  scratch: usize,
): void {
  const channels = c * multiplier;
  if (oh * ow * channels == 0) return;
  const padded = (channels + 3) & ~3;
  const pixel = <usize>padded << 2;
  const taps = kh * kw;
  memory.fill(scratch, 0, <usize>(1 + taps) * pixel);
  if (bias) copyFloats(bias, scratch, channels);
  for (let tap = 0; tap < taps; tap++) {
    const from = filter + (<usize>(tap * channels) << 2);
    copyFloats(from, scratch + <usize>(1 + tap) * pixel, channels);
  }
  const tall = (oh - 1) * strideH + (kh - 1) * dilationH + 1;
  const wide = (ow - 1) * strideW + (kw - 1) * dilationW + 1;
  const table = scratch + <usize>(1 + taps) * pixel;
  const out = <usize>channels << 2;
  const copy = pixelTable(
    table,
    oh,
    ow,
    <usize>(wide * strideH) * pixel,
    <usize>strideW * pixel,
    <usize>ow * out,
    out,
  );
  memory.fill(copy, 0, <usize>(tall * wide) * pixel);
  for (let i = 0; i < n; i++) {
    const image = x + (<usize>(i * h * w * c) << 2);
    spreadImage(image, copy, h, w, c, multiplier, tall, wide, padded, padTop, padLeft, 1, 1);
    weighWindows(
      copy,
      y + <usize>(i * oh * ow) * out,
      table,
      oh * ow,
      kh,
      <usize>(wide * dilationH) * pixel,
      kw,
      <usize>dilationW * pixel,
      scratch,
      channels,
      floor,
    );
  }
}

/**
 * An image [h, w, channels] into [tall, wide, padded]: each channel `repeat` times, pixels
 * `spreadH` and `spreadW` apart, shifted by top and left, cropped where it does not fit. The rest
 * keeps what it holds.
 */
export function spreadImage(
  image: usize,
  out: usize,
  h: i32,
  w: i32,
  channels: i32,
  repeat: i32,
  tall: i32,
  wide: i32,
  padded: i32,
  top: i32,
  left: i32,
  spreadH: i32,
  spreadW: i32,
): void {
  for (let y = 0; y < h; y++) {
    const row = y * spreadH + top;
    if (row < 0 || row >= tall) continue;
    for (let x = 0; x < w; x++) {
      const column = x * spreadW + left;
      if (column < 0 || column >= wide) continue;
      const from = image + (<usize>((y * w + x) * channels) << 2);
      let to = out + (<usize>((row * wide + column) * padded) << 2);
      if (repeat == 1) {
        copyFloats(from, to, channels);
        continue;
      }
      for (let c = 0; c < channels; c++) {
        const value = load<f32>(from + (<usize>c << 2));
        for (let r = 0; r < repeat; r++) {
          store<f32>(to, value);
          to += 4;
        }
      }
    }
  }
}

/**
 * out = start + Σ over taps of input · weights, channel by channel, for all pixels of a table
 * (pixelTable).
 *
 * `weights` is [1 + taps, channels rounded up to 4], its first row the start. Four pixels share
 * each vector of it.
 */
export function weighWindows(
  input: usize,
  out: usize,
  table: usize,
  pixels: i32,
  tapRows: i32,
  tapRowStep: usize,
  tapColumns: i32,
  tapColumnStep: usize,
  weights: usize,
  channels: i32,
  floor: f32,
): void {
  const least = f32x4.splat(floor);
  const step = <usize>((channels + 3) & ~3) << 2;
  for (let p = 0; p < pixels; p += 4) {
    const p0 = input + load<usize>(table);
    const p1 = input + load<usize>(table, 4);
    const p2 = input + load<usize>(table, 8);
    const p3 = input + load<usize>(table, 12);
    const out0 = out + load<usize>(table, 16);
    const out1 = out + load<usize>(table, 20);
    const out2 = out + load<usize>(table, 24);
    const out3 = out + load<usize>(table, 28);
    for (let c = 0; c < channels; c += 4) {
      const at = <usize>c << 2;
      let weight = weights + at;
      let s0 = v128.load(weight);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      for (let ty = 0; ty < tapRows; ty++) {
        let tap = at + <usize>ty * tapRowStep;
        for (let tx = 0; tx < tapColumns; tx++) {
          weight += step;
          const value = v128.load(weight);
          s0 = fma(v128.load(p0 + tap), value, s0);
          s1 = fma(v128.load(p1 + tap), value, s1);
          s2 = fma(v128.load(p2 + tap), value, s2);
          s3 = fma(v128.load(p3 + tap), value, s3);
          tap += tapColumnStep;
        }
      }
      const count = channels - c;
      storePart(out0 + at, f32x4.pmax(s0, least), count);
      storePart(out1 + at, f32x4.pmax(s1, least), count);
      storePart(out2 + at, f32x4.pmax(s2, least), count);
      storePart(out3 + at, f32x4.pmax(s3, least), count);
    }
    table += 32;
  }
}
