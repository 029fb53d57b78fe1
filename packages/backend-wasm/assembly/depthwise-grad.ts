import { pixelTable } from "./conv2d";
import { spreadImage, weighWindows } from "./depthwise";
import { copyFloats } from "./pack";
import { fma } from "./vector";

/**
 * dx [n, h, w, c] of depthwiseConv2d: dy, its pixels spread by the stride with zeros between and
 * around them, convolved with the filter turned around. Where m > 1, the m shares of a channel are
 * then added up.
 */
export function depthwiseInputGrad(
  dy: usize,
  filter: usize,
  dx: usize,
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
  scratch: usize,
): void {
  const channels = c * multiplier;
  const padded = (channels + 3) & ~3;
  const pixel = <usize>padded << 2;
  const taps = kh * kw;
  memory.fill(scratch, 0, <usize>(1 + taps) * pixel);
  for (let tap = 0; tap < taps; tap++) {
    const from = filter + (<usize>(tap * channels) << 2);
    copyFloats(from, scratch + <usize>(taps - tap) * pixel, channels);
  }
  const reachH = (kh - 1) * dilationH;
  const reachW = (kw - 1) * dilationW;
  const tall = h + reachH;
  const wide = w + reachW;
  const table = scratch + <usize>(1 + taps) * pixel;
  const share = <usize>channels << 2;
  const copy = pixelTable(table, h, w, <usize>wide * pixel, pixel, <usize>w * share, share);
  memory.fill(copy, 0, <usize>(tall * wide) * pixel);
  const shares = copy + <usize>(tall * wide) * pixel;
  for (let i = 0; i < n; i++) {
    spreadImage(
      dy + <usize>(i * oh * ow) * share, copy, oh, ow, channels, 1,
      tall, wide, padded, reachH - padTop, reachW - padLeft, strideH, strideW,
    );
    let out = dx + (<usize>(i * h * w * c) << 2);
    weighWindows(
      copy,
      multiplier == 1 ? out : shares,
      table,
      h * w,
      kh,
      <usize>(wide * dilationH) * pixel,
      kw,
      <usize>dilationW * pixel,
      scratch,
      channels,
      -Infinity,
    );
    if (multiplier == 1) continue;
    let from = shares;
    for (let j = 0; j < h * w * c; j++) {
      let sum: f32 = 0;
      for (let k = 0; k < multiplier; k++) {
        sum += load<f32>(from);
        from += 4;
      }
      store<f32>(out, sum);
      out += 4;
    }
  }
}

/**
 * dw [kh, kw, c, m] of depthwiseConv2d: for each tap the sum over pixels of x · dy, channel by
 * channel.
 *
 * Three taps × eight channels at a time run over an image, so that each vector of dy serves three
 * sums; between images the sums rest in `scratch`, [taps rounded up to 3, channels rounded up to
 * 8].
 */
export function depthwiseFilterGrad(
  x: usize,
  dy: usize,
  dw: usize,
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
  scratch: usize,
): void {
  const channels = c * multiplier;
  const padded = (channels + 7) & ~7;
  const pixel = <usize>padded << 2;
  const taps = kh * kw;
  const sums = <usize>((taps + 2) / 3 * 3) * pixel;
  memory.fill(scratch, 0, sums);
  const tall = max(0, oh - 1) * strideH + (kh - 1) * dilationH + 1;
  const wide = max(0, ow - 1) * strideW + (kw - 1) * dilationW + 1;
  const copy = scratch + sums;
  memory.fill(copy, 0, <usize>(tall * wide) * pixel);
  const gradCopy = copy + <usize>(tall * wide) * pixel;
  if (padded != channels) memory.fill(gradCopy, 0, <usize>(oh * ow) * pixel);

  for (let i = 0; i < n; i++) {
    const image = x + (<usize>(i * h * w * c) << 2);
    spreadImage(image, copy, h, w, c, multiplier, tall, wide, padded, padTop, padLeft, 1, 1);
    let grad = dy + (<usize>(i * oh * ow * channels) << 2);
    if (padded != channels) {
      spreadImage(grad, gradCopy, oh, ow, channels, 1, oh, ow, padded, 0, 0, 1, 1);
      grad = gradCopy;
    }
    for (let tap = 0; tap < taps; tap += 3) {
      const at0 = tapOffset(tap, kw, dilationH * wide, dilationW, pixel);
      const at1 = tapOffset(min(tap + 1, taps - 1), kw, dilationH * wide, dilationW, pixel);
      const at2 = tapOffset(min(tap + 2, taps - 1), kw, dilationH * wide, dilationW, pixel);
      for (let block: usize = 0; block < pixel; block += 32) {
        sumTaps(
          copy + block + at0,
          at1 - at0,
          at2 - at0,
          grad + block,
          scratch + <usize>tap * pixel + block,
          pixel,
          oh,
          ow,
          <usize>(wide * strideH) * pixel,
          <usize>strideW * pixel,
        );
      }
    }
  }
  for (let tap = 0; tap < taps; tap++) {
    const to = dw + (<usize>(tap * channels) << 2);
    copyFloats(scratch + <usize>tap * pixel, to, channels);
  }
}

// @ts-ignore: decorator
@inline
function tapOffset(tap: i32, kw: i32, rowStep: i32, columnStep: i32, pixel: usize): usize {
  return <usize>(tap / kw * rowStep + (tap % kw) * columnStep) * pixel;
}

/**
 * sums[t] += Σ over pixels of x at tap t · dy, for three taps (the later two `tap1`, `tap2` bytes
 * on) × eight channels.
 */
function sumTaps(
  x: usize,
  tap1: usize,
  tap2: usize,
  dy: usize,
  sums: usize,
  pixel: usize,
  rows: i32,
  columns: i32,
  xRow: usize,
  xColumn: usize,
): void {
  let s00 = v128.load(sums);
  let s01 = v128.load(sums, 16);
  let s10 = v128.load(sums + pixel);
  let s11 = v128.load(sums + pixel, 16);
  let s20 = v128.load(sums + 2 * pixel);
  let s21 = v128.load(sums + 2 * pixel, 16);
  for (; rows > 0; rows--) {
    let a = x;
    for (let p = columns; p > 0; p--) {
      const b0 = v128.load(dy);
      const b1 = v128.load(dy, 16);
      s00 = fma(v128.load(a), b0, s00);
      s01 = fma(v128.load(a, 16), b1, s01);
      s10 = fma(v128.load(a + tap1), b0, s10);
      s11 = fma(v128.load(a + tap1, 16), b1, s11);
      s20 = fma(v128.load(a + tap2), b0, s20);
      s21 = fma(v128.load(a + tap2, 16), b1, s21);
      a += xColumn;
      dy += pixel;
    }
    x += xRow;
  }
  v128.store(sums, s00);
  v128.store(sums, s01, 16);
  v128.store(sums + pixel, s10);
  v128.store(sums + pixel, s11, 16);
  v128.store(sums + 2 * pixel, s20);
  v128.store(sums + 2 * pixel, s21, 16);
}
