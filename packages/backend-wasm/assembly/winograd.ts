import { multiplyTile } from "./matmul-tile";
import { panelRowBytes, panelStart, placeImage, transpose } from "./pack";
import { loadLanes } from "./gather-lanes";
import { transformFilter, transformInput, transformOutput } from "./winograd-transforms";

/** Tiles of 2×2 output pixels that go through at a time: a point's operands stay in the first cache. */
export const TILES: i32 = 32;
/** Points of a transformed tile. */
const POINTS: i32 = 16;

/** Bytes from one point of a block of tiles to the next; the last 64 keep them off the same cache sets. */
// @ts-ignore: decorator
@inline
export function pointBytes(channels: i32): usize {
  return (<usize>(TILES * channels) << 2) + 64;
}

/** Bytes of a row of a block, which holds whole vectors. */
// @ts-ignore: decorator
@inline
export function wholeVectors(channels: i32): i32 {
  return (channels + 3) & ~3;
}

/**
 * As conv2d, for 3×3 filters with stride and dilation 1, by Winograd's F(2×2, 3×3): see
 * winograd-transforms.ts. `scratch`: see winogradScratchFloats.
 */
export function winogradConv2d(
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
  padTop: i32,
  padLeft: i32,
  floor: f32,
  scratch: usize,
): void {
  const tap = <usize>(ic * outStep) << 2;
  const rest = packFilter(filter, tap, <usize>outStep << 2, scratch, ic, oc);
  convolve(
    x, scratch, bias, y, n, h, w, ic, inStep, oh, ow, oc, outStep,
    padTop, padLeft, f32x4.splat(floor), rest,
  );
}

/** As conv2dInputGrad, with the same limits: a convolution of dy with the filter turned around. */
export function winogradInputGrad(
  dy: usize,
  filter: usize,
  dx: usize,
  n: i32,
  h: i32,
  w: i32,
  ic: i32,
  inStep: i32,
  oh: i32,
  ow: i32,
  oc: i32,
  outStep: i32,
  padTop: i32,
  padLeft: i32,
  scratch: usize,
): void {
  const tap = <usize>(ic * oc) << 2;
  for (let i = 0; i < 9; i++) {
    const from = filter + (<usize>(i * ic * outStep) << 2);
    const to = scratch + <usize>(8 - i) * tap;
    transpose(from, <usize>outStep << 2, to, <usize>ic << 2, ic, oc);
  }
  const panels = scratch + 9 * tap;
  const rest = packFilter(scratch, tap, <usize>ic << 2, panels, oc, ic);
  convolve(
    dy, panels, 0, dx, n, oh, ow, oc, outStep, h, w, ic, inStep,
    2 - padTop, 2 - padLeft, f32x4.splat(-Infinity), rest,
  );
}

// The transformed filter: a set of panels (pack.ts) for each point. Returns the address behind them.
function packFilter(
  filter: usize,
  tap: usize,
  row: usize,
  panels: usize,
  ic: i32,
  oc: i32,
): usize {
  const step = panelBytes(ic, oc);
  let panel = panels;
  for (let j = 0; j < oc; j += 8) {
    const left = oc - j;
    const bytes = panelRowBytes(left);
    for (let point = 0; point < POINTS; point++) {
      const start = panel + <usize>point * step;
      if (left < 8) memory.fill(start, 0, bytes * <usize>(ic + 1));
      else panelStart(0, start, left);
    }
    for (let c = 0; c < ic; c++) {
      const from = filter + <usize>c * row + (<usize>j << 2);
      const to = panel + bytes * <usize>(c + 1);
      transformFilter(from, tap, to, step, min(4, left));
      if (left > 4) transformFilter(from + 16, tap, to + 16, step, min(4, left - 4));
    }
    panel += bytes * <usize>(ic + 1);
  }
  return panels + <usize>POINTS * step;
}

function panelBytes(ic: i32, oc: i32): usize {
  const rest = oc & 7;
  const columns = (oc & ~7) + (rest == 0 ? 0 : rest > 4 ? 8 : 4);
  return <usize>(columns * (ic + 1)) << 2;
}

function convolve(
  x: usize,
  panels: usize,
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
  padTop: i32,
  padLeft: i32,
  floor: v128,
  scratch: usize,
): void {
  const tileRows = (oh + 1) >> 1;
  const tileColumns = (ow + 1) >> 1;
  const tall = 2 * tileRows + 2;
  const wide = 2 * tileColumns + 2;
  const v = scratch;
  const m = v + <usize>POINTS * pointBytes(wholeVectors(ic));
  const padded = m + <usize>POINTS * pointBytes(wholeVectors(oc));
  const pixel = <usize>ic << 2;
  const row = <usize>wide * pixel;
  const vRow = <usize>wholeVectors(ic) << 2;
  const vStep = pointBytes(wholeVectors(ic));
  memory.fill(padded, 0, <usize>tall * row);
  const tiles = n * tileRows * tileColumns;
  let slot = 0;
  let tile = 0;
  for (let i = 0; i < n; i++) {
    const image = x + (<usize>(i * h * w * inStep) << 2);
    placeImage(image, padded, h, w, ic, <usize>inStep << 2, tall, wide, ic, padTop, padLeft);
    for (let ty = 0; ty < tileRows; ty++) {
      for (let tx = 0; tx < tileColumns; tx++) {
        const from = padded + <usize>(2 * ty) * row + <usize>(2 * tx) * pixel;
        transformInput(from, row, pixel, v + <usize>slot * vRow, vStep, ic);
        slot++;
        tile++;
        if (slot < TILES && tile < tiles) continue;
        multiply(v, panels, m, slot, ic, oc);
        writeTiles(m, bias, y, tile - slot, slot, tileRows, tileColumns, oh, ow, oc, outStep, floor);
        slot = 0;
      }
    }
  }
}

// The 16 matrix products of a block: [count, ic] · [ic, oc].
function multiply(v: usize, panels: usize, m: usize, count: i32, ic: i32, oc: i32): void {
  const vRow = <usize>wholeVectors(ic) << 2;
  const mRow = <usize>wholeVectors(oc) << 2;
  const step = panelBytes(ic, oc);
  const floor = f32x4.splat(-Infinity);
  for (let point = 0; point < POINTS; point++) {
    for (let r = 0; r < count; r += 4) {
      const r1 = <usize>min(r + 1, count - 1);
      const r2 = <usize>min(r + 2, count - 1);
      const r3 = <usize>min(r + 3, count - 1);
      multiplyTile(
        v + <usize>r * vRow, v + r1 * vRow, v + r2 * vRow, v + r3 * vRow,
        m + <usize>r * mRow, m + r1 * mRow, m + r2 * mRow, m + r3 * mRow,
        1, 0, 1, 0, ic, panels, oc, false, floor,
      );
    }
    v += pointBytes(wholeVectors(ic));
    m += pointBytes(wholeVectors(oc));
    panels += step;
  }
}

function writeTiles(
  m: usize,
  bias: usize,
  y: usize,
  first: i32,
  count: i32,
  tileRows: i32,
  tileColumns: i32,
  oh: i32,
  ow: i32,
  oc: i32,
  outStep: i32,
  floor: v128,
): void {
  const step = pointBytes(wholeVectors(oc));
  const mRow = <usize>wholeVectors(oc) << 2;
  const pixel = <usize>outStep << 2;
  const row = <usize>ow * pixel;
  const zero = f32x4.splat(0);
  for (let i = 0; i < count; i++, m += mRow) {
    const tile = first + i;
    const tx = tile % tileColumns;
    const ty = (tile / tileColumns) % tileRows;
    const image = tile / (tileColumns * tileRows);
    const to = y + <usize>(image * oh + 2 * ty) * row + <usize>(2 * tx) * pixel;
    const rows = oh - 2 * ty;
    const columns = ow - 2 * tx;
    let c = 0;
    for (; c + 4 <= oc; c += 4) {
      const at = <usize>c << 2;
      const start = bias == 0 ? zero : v128.load(bias + at);
      transformOutput(m + at, step, to + at, row, pixel, rows, columns, 4, start, floor);
    }
    if (c == oc) continue;
    const at = <usize>c << 2;
    const start = bias == 0 ? zero : loadLanes(bias + at, oc - c, zero);
    transformOutput(m + at, step, to + at, row, pixel, rows, columns, oc - c, start, floor);
  }
}
