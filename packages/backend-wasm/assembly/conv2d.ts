import { multiplyTile } from "./matmul-tile";
import { panelFromRows, panelRowBytes, panelStart, placeImage } from "./pack";

/**
 * y = convolution of x [n, h, w, ic] with filter [kh, kw, ic, oc], plus bias where it is not 0, at
 * least `floor` (0 for ReLU, -Infinity for none).
 *
 * One group of channels: pixels of x are `inStep` floats apart, those of y and rows of the filter
 * `outStep`.
 *
 * Image by image: a copy with zeros around it, so that no window needs a check; then four output
 * pixels at a time run over all panels of the filter (multiplyTile). `scratch`: see
 * conv2dScratchFloats.
 */
export function conv2d(
  x: usize,
  filter: usize,
  bias: usize,
  y: usize,
  n: i32,
  h: i32,
  w: i32,
  ic: i32,
  inStep: i32,
  oh: i32,
  ow: i32,
  oc: i32,
  outStep: i32,
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
  if (oh * ow == 0) return;
  let panel = scratch;
  for (let j = 0; j < oc; j += 8) {
    const left = oc - j;
    const row = panelRowBytes(left);
    panelStart(bias ? bias + (<usize>j << 2) : 0, panel, left);
    const from = filter + (<usize>j << 2);
    panelFromRows(from, <usize>outStep << 2, panel + row, kh * kw * ic, left);
    panel += row * <usize>(1 + kh * kw * ic);
  }
  const tall = (oh - 1) * strideH + (kh - 1) * dilationH + 1;
  const wide = (ow - 1) * strideW + (kw - 1) * dilationW + 1;
  const pixel = <usize>ic << 2;
  const table = panel;
  const padded = pixelTable(
    table,
    oh,
    ow,
    <usize>(wide * strideH) * pixel,
    <usize>strideW * pixel,
    <usize>(ow * outStep) << 2,
    <usize>outStep << 2,
  );
  memory.fill(padded, 0, <usize>(tall * wide) * pixel);
  const merged = dilationW == 1;
  for (let i = 0; i < n; i++) {
    const image = x + (<usize>(i * h * w * inStep) << 2);
    placeImage(image, padded, h, w, ic, <usize>inStep << 2, tall, wide, ic, padTop, padLeft);
    convolveImage(
      padded,
      y + (<usize>(i * oh * ow * outStep) << 2),
      table,
      oh * ow,
      kh,
      <usize>(wide * dilationH) * pixel,
      merged ? 1 : kw,
      <usize>dilationW * pixel,
      merged ? kw * ic : ic,
      scratch,
      oc,
      f32x4.splat(floor),
    );
  }
}

/**
 * Offsets in bytes of each output pixel's window and of the pixel itself: eight a tile of four
 * pixels, windows first. The last tile repeats the last pixel. Returns the address behind the
 * table.
 */
export function pixelTable(
  table: usize,
  rows: i32,
  columns: i32,
  inRow: usize,
  inColumn: usize,
  outRow: usize,
  outColumn: usize,
): usize {
  const pixels = rows * columns;
  let y = 0;
  let x = 0;
  for (let p = 0; p < ((pixels + 3) & ~3); p++) {
    const at = table + (<usize>((p >> 2) * 8 + (p & 3)) << 2);
    store<usize>(at, <usize>y * inRow + <usize>x * inColumn);
    store<usize>(at, <usize>y * outRow + <usize>x * outColumn, 16);
    if (p < pixels - 1 && ++x == columns) {
      x = 0;
      y++;
    }
  }
  return table + (<usize>((pixels + 3) & ~3) << 3);
}

/** All pixels of a table: `input` and `out` are what its offsets count from. */
export function convolveImage(
  input: usize,
  out: usize,
  table: usize,
  pixels: i32,
  tapRows: i32,
  tapRowStep: usize,
  tapColumns: i32,
  tapColumnStep: usize,
  run: i32,
  panels: usize,
  n: i32,
  floor: v128,
): void {
  for (let p = 0; p < pixels; p += 4) {
    multiplyTile(
      input + load<usize>(table),
      input + load<usize>(table, 4),
      input + load<usize>(table, 8),
      input + load<usize>(table, 12),
      out + load<usize>(table, 16),
      out + load<usize>(table, 20),
      out + load<usize>(table, 24),
      out + load<usize>(table, 28),
      tapRows,
      tapRowStep,
      tapColumns,
      tapColumnStep,
      run,
      panels,
      n,
      false,
      floor,
    );
    table += 32;
  }
}
