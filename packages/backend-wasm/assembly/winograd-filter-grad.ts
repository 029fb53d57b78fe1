import { sumTile8 } from "./conv2d-filter-grad";
import { placeImage } from "./pack";
import { pointBytes, TILES, wholeVectors } from "./winograd";
import {
  transformFilterGradient,
  transformInput,
  transformUpstream,
} from "./winograd-transforms";

const POINTS: i32 = 16;
/** A tile of sums: 4 input × 8 output channels. */
const TILE_BYTES: usize = 128;

/**
 * As conv2dFilterGrad, for 3×3 filters with stride and dilation 1: at each of Winograd's 16 points a matrix
 * product of the transformed x and dy, summed over all tiles of the batch in 4 × 8 blocks (sumTile8).
 */
export function winogradFilterGrad(
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
  padTop: i32,
  padLeft: i32,
  scratch: usize,
): void {
  const inputs = wholeVectors(ic);
  const outputs = (oc + 7) & ~7;
  const blocks = (inputs >> 2) * (outputs >> 3);
  const sums = scratch;
  const v = sums + <usize>(POINTS * blocks) * TILE_BYTES;
  const u = v + <usize>POINTS * pointBytes(inputs);
  const padded = u + <usize>POINTS * pointBytes(outputs);
  memory.fill(sums, 0, <usize>(POINTS * blocks) * TILE_BYTES);
  // Columns past the last channel.
  memory.fill(u, 0, <usize>POINTS * pointBytes(outputs));

  const tileRows = (oh + 1) >> 1;
  const tileColumns = (ow + 1) >> 1;
  const tall = 2 * tileRows + 2;
  const wide = 2 * tileColumns + 2;
  const pixel = <usize>ic << 2;
  const row = <usize>wide * pixel;
  const yPixel = <usize>outStep << 2;
  const yRow = <usize>ow * yPixel;
  memory.fill(padded, 0, <usize>tall * row);
  const tiles = n * tileRows * tileColumns;
  let slot = 0;
  let tile = 0;
  for (let i = 0; i < n; i++) {
    const image = x + (<usize>(i * h * w * inStep) << 2);
    const upstream = dy + <usize>(i * oh) * yRow;
    placeImage(image, padded, h, w, ic, <usize>inStep << 2, tall, wide, ic, padTop, padLeft);
    for (let ty = 0; ty < tileRows; ty++) {
      for (let tx = 0; tx < tileColumns; tx++) {
        const from = padded + <usize>(2 * ty) * row + <usize>(2 * tx) * pixel;
        const at = v + (<usize>(slot * inputs) << 2);
        transformInput(from, row, pixel, at, pointBytes(inputs), ic);
        transformUpstream(
          upstream + <usize>(2 * ty) * yRow + <usize>(2 * tx) * yPixel,
          yRow, yPixel, oh - 2 * ty, ow - 2 * tx,
          u + (<usize>(slot * outputs) << 2), pointBytes(outputs), oc,
        );
        slot++;
        tile++;
        if (slot < TILES && tile < tiles) continue;
        addProducts(v, u, sums, slot, inputs, outputs);
        slot = 0;
      }
    }
  }

  const tap = <usize>(ic * outStep) << 2;
  const step = <usize>blocks * TILE_BYTES;
  let block = sums;
  for (let r = 0; r < ic; r += 4) {
    for (let c = 0; c < oc; c += 8, block += TILE_BYTES) {
      for (let k = 0; k < min(4, ic - r); k++) {
        const from = block + <usize>(32 * k);
        const to = dw + (<usize>((r + k) * outStep + c) << 2);
        transformFilterGradient(from, step, to, tap, min(4, oc - c));
        if (oc - c > 4) {
          transformFilterGradient(from + 16, step, to + 16, tap, min(4, oc - c - 4));
        }
      }
    }
  }
}

function addProducts(v: usize, u: usize, sums: usize, count: i32, inputs: i32, outputs: i32): void {
  for (let point = 0; point < POINTS; point++) {
    for (let r = 0; r < inputs; r += 4) {
      for (let c = 0; c < outputs; c += 8, sums += TILE_BYTES) {
        const from = v + (<usize>r << 2);
        const to = u + (<usize>c << 2);
        sumTile8(from, to, sums, 1, count, 0, <usize>inputs << 2, 0, <usize>outputs << 2);
      }
    }
    v += pointBytes(inputs);
    u += pointBytes(outputs);
  }
}
