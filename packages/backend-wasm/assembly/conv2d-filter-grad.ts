import { placeImage } from "./pack";
import { floorDivide } from "./conv2d-input-grad";
import { fma } from "./vector";

/** Bytes of x and dy that one pass over the taps reads: they stay in the first-level cache. */
const PASS_BYTES = 32768;
/** A tile of sums: 4 input × 8 output channels. */
const TILE_BYTES: usize = 128;

/** First output coordinate whose window has tap offset `tap` inside the image. */
// @ts-ignore: decorator
@inline
function firstInside(tap: i32, stride: i32): i32 {
  return max(0, -floorDivide(tap, stride));
}

/** One past the last such coordinate. */
// @ts-ignore: decorator
@inline
function endInside(tap: i32, stride: i32, size: i32): i32 {
  return floorDivide(size - 1 - tap, stride) + 1;
}

// @ts-ignore: decorator
@inline
function eightWide(c: i32, n: i32): bool {
  return n >= 8 && n - c > 4;
}

/**
 * dw [kh, kw, ic, oc] of conv2d, from x [n, h, w, ic] and dy [n, oh, ow, oc]; groups as there.
 *
 * dw = Σ over pixels of x's channels × dy's channels, for each tap. Tiles of 4 × 8 sums live in
 * registers while they run over some rows of one image (as many as the first-level cache holds),
 * for every tap and tile in turn; between passes they rest in `scratch`. Tiles that would stick out
 * are moved back and overlap: the same sum twice.
 *
 * With fewer than 4 input channels (images) x is copied with zeros around it, and the taps of a row
 * and the channels, contiguous there, together make a tile's side. Fewer than 4 output channels are
 * copied into 4.
 */
export function conv2dFilterGrad(
  x: usize,
  dy: usize,
  dw: usize,
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
  scratch: usize,
): void {
  const narrow = ic < 4;
  const merged = narrow && dilationW == 1;
  const tapColumns = merged ? 1 : kw;
  const side = merged ? kw * ic : ic;
  const tileRows = (side + 3) >> 2;
  const wideY = max(4, oc);
  const tileBytes = <usize>(kh * tapColumns * tileRows * ((wideY + 3) >> 2)) * TILE_BYTES;
  memory.fill(scratch, 0, tileBytes);

  // What the tiles read: x and dy themselves, or copies.
  const tall = narrow ? max(0, oh - 1) * strideH + (kh - 1) * dilationH + 1 : h;
  const wide = narrow ? max(0, ow - 1) * strideW + (kw - 1) * dilationW + 1 : w;
  const top = narrow ? 0 : padTop;
  const leftPad = narrow ? 0 : padLeft;
  const xPixel = narrow ? ic : inStep;
  const yPixel = oc < 4 ? 4 : outStep;
  const xCopy = scratch + tileBytes;
  const xCopyFloats = narrow ? tall * wide * ic + 4 : 0;
  const yCopy = xCopy + (<usize>xCopyFloats << 2);
  if (narrow) memory.fill(xCopy, 0, <usize>xCopyFloats << 2);
  if (oc < 4) memory.fill(yCopy, 0, <usize>(oh * ow) << 4);

  const rowBytes = (ow * oc + w * ic * strideH) << 2;
  const passRows = max(1, PASS_BYTES / max(1, rowBytes));
  const xRow = <usize>(wide * strideH * xPixel) << 2;
  const xColumn = <usize>(strideW * xPixel) << 2;
  const yRow = <usize>(ow * yPixel) << 2;
  const yColumn = <usize>yPixel << 2;

  for (let i = 0; i < n; i++) {
    let image = x + (<usize>(i * h * w * inStep) << 2);
    let grad = dy + (<usize>(i * oh * ow * outStep) << 2);
    if (narrow) {
      placeImage(image, xCopy, h, w, ic, <usize>inStep << 2, tall, wide, ic, padTop, padLeft);
      image = xCopy;
    }
    if (oc < 4) {
      placeImage(grad, yCopy, oh, ow, oc, <usize>outStep << 2, oh, ow, 4, 0, 0);
      grad = yCopy;
    }
    for (let row = 0; row < oh; row += passRows) {
      let tile = scratch;
      for (let ky = 0; ky < kh; ky++) {
        const tapY = ky * dilationH - top;
        const y0 = max(row, firstInside(tapY, strideH));
        const y1 = min(min(row + passRows, oh), endInside(tapY, strideH, tall));
        for (let kx = 0; kx < tapColumns; kx++) {
          const tapX = kx * dilationW - leftPad;
          const x0 = merged ? 0 : firstInside(tapX, strideW);
          const x1 = merged ? ow : min(ow, endInside(tapX, strideW, wide));
          const rows = x1 > x0 ? y1 - y0 : 0;
          const xStart = (y0 * strideH + tapY) * wide + x0 * strideW + tapX;
          const xAt = image + (<usize>(xStart * xPixel) << 2);
          const yAt = grad + (<usize>((y0 * ow + x0) * yPixel) << 2);
          for (let r = 0; r < side; r += 4) {
            const from = xAt + (<usize>(narrow ? r : min(r, side - 4)) << 2);
            for (let c = 0; c < wideY; ) {
              const eight = eightWide(c, wideY);
              const at = min(c, wideY - (eight ? 8 : 4));
              const grads = yAt + (<usize>at << 2);
              if (eight) sumTile8(from, grads, tile, rows, x1 - x0, xRow, xColumn, yRow, yColumn);
              else sumTile4(from, grads, tile, rows, x1 - x0, xRow, xColumn, yRow, yColumn);
              tile += TILE_BYTES;
              c = at + (eight ? 8 : 4);
            }
          }
        }
      }
    }
  }

  // Tiles, in the order of the loops above, into dw: `side` rows for each row of taps or for each
  // tap.
  let tile = scratch;
  for (let tap = 0; tap < kh * tapColumns; tap++) {
    const to = dw + (<usize>(tap * side * outStep) << 2);
    for (let r = 0; r < side; r += 4) {
      const first = narrow ? r : min(r, side - 4);
      for (let c = 0; c < wideY; ) {
        const eight = eightWide(c, wideY);
        const columns = eight ? 8 : 4;
        const at = min(c, wideY - columns);
        for (let tr = 0; tr < min(4, side - first); tr++) {
          for (let tc = 0; tc < min(columns, oc - at); tc++) {
            const value = load<f32>(tile + (<usize>(tr * columns + tc) << 2));
            store<f32>(to + (<usize>((first + tr) * outStep + at + tc) << 2), value);
          }
        }
        tile += TILE_BYTES;
        c = at + columns;
      }
    }
  }
}

/** tile[4, 8] += Σ x[0…4] × dy[0…8] over `rows` × `columns` pixels. */
export function sumTile8(
  x: usize,
  dy: usize,
  tile: usize,
  rows: i32,
  columns: i32,
  xRow: usize,
  xColumn: usize,
  dyRow: usize,
  dyColumn: usize,
): void {
  if (rows <= 0) return;
  let c00 = v128.load(tile);
  let c01 = v128.load(tile, 16);
  let c10 = v128.load(tile, 32);
  let c11 = v128.load(tile, 48);
  let c20 = v128.load(tile, 64);
  let c21 = v128.load(tile, 80);
  let c30 = v128.load(tile, 96);
  let c31 = v128.load(tile, 112);
  for (; rows > 0; rows--) {
    let a = x;
    let b = dy;
    for (let p = columns; p > 0; p--) {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      let s = v128.load32_splat(a);
      c00 = fma(s, b0, c00);
      c01 = fma(s, b1, c01);
      s = v128.load32_splat(a, 4);
      c10 = fma(s, b0, c10);
      c11 = fma(s, b1, c11);
      s = v128.load32_splat(a, 8);
      c20 = fma(s, b0, c20);
      c21 = fma(s, b1, c21);
      s = v128.load32_splat(a, 12);
      c30 = fma(s, b0, c30);
      c31 = fma(s, b1, c31);
      a += xColumn;
      b += dyColumn;
    }
    x += xRow;
    dy += dyRow;
  }
  v128.store(tile, c00);
  v128.store(tile, c01, 16);
  v128.store(tile, c10, 32);
  v128.store(tile, c11, 48);
  v128.store(tile, c20, 64);
  v128.store(tile, c21, 80);
  v128.store(tile, c30, 96);
  v128.store(tile, c31, 112);
}

/** tile[4, 4] += Σ x[0…4] × dy[0…4] over `rows` × `columns` pixels. */
function sumTile4(
  x: usize,
  dy: usize,
  tile: usize,
  rows: i32,
  columns: i32,
  xRow: usize,
  xColumn: usize,
  dyRow: usize,
  dyColumn: usize,
): void {
  if (rows <= 0) return;
  let c0 = v128.load(tile);
  let c1 = v128.load(tile, 16);
  let c2 = v128.load(tile, 32);
  let c3 = v128.load(tile, 48);
  for (; rows > 0; rows--) {
    let a = x;
    let b = dy;
    for (let p = columns; p > 0; p--) {
      const b0 = v128.load(b);
      c0 = fma(v128.load32_splat(a), b0, c0);
      c1 = fma(v128.load32_splat(a, 4), b0, c1);
      c2 = fma(v128.load32_splat(a, 8), b0, c2);
      c3 = fma(v128.load32_splat(a, 12), b0, c3);
      a += xColumn;
      b += dyColumn;
    }
    x += xRow;
    dy += dyRow;
  }
  v128.store(tile, c0);
  v128.store(tile, c1, 16);
  v128.store(tile, c2, 32);
  v128.store(tile, c3, 48);
}
