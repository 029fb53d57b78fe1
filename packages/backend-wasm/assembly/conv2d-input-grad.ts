import { convolveImage, pixelTable } from "./conv2d";
import { panelFromColumns, panelRowBytes, panelStart, placeImage } from "./pack";

/** floor(a / b) for b > 0. */
// @ts-ignore: decorator
@inline
export function floorDivide(a: i32, b: i32): i32 {
  return a >= 0 ? a / b : -((b - 1 - a) / b);
}

function greatestCommonDivisor(a: i32, b: i32): i32 {
  while (b) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/**
 * The largest tap k < size whose input coordinate `at + pad - k · dilation` is on the stride; -1
 * for none.
 */
export function lastTap(at: i32, pad: i32, size: i32, stride: i32, dilation: i32): i32 {
  let k = size - 1;
  while (k >= 0 && (at + pad - k * dilation) % stride) k--;
  return k;
}

/** How far apart such taps are. */
// @ts-ignore: decorator
@inline
export function tapStep(stride: i32, dilation: i32): i32 {
  return stride / greatestCommonDivisor(stride, dilation);
}

/**
 * dx [n, h, w, ic] of conv2d, from dy [n, oh, ow, oc]; groups as there.
 *
 * The pixels of dx fall into strideH × strideW phases. Those of a phase see the same taps of the
 * filter and, from one pixel to the next, dy one pixel further: so a phase is a plain convolution
 * of dy (copied with zeros around it) with the transposed, reversed part of the filter, on the same
 * inner loops as conv2d.
 */
export function conv2dInputGrad(
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
  const stepH = tapStep(strideH, dilationH);
  const stepW = tapStep(strideW, dilationW);
  // The rows and columns of dy that any pixel of dx sees, outside of dy too.
  const firstRow = floorDivide(padTop - (kh - 1) * dilationH, strideH);
  const firstColumn = floorDivide(padLeft - (kw - 1) * dilationW, strideW);
  const tall = floorDivide(h - 1 + padTop, strideH) - firstRow + 1;
  const wide = floorDivide(w - 1 + padLeft, strideW) - firstColumn + 1;
  const pixel = <usize>oc << 2;
  const columnStep = dilationW * stepW / strideW;
  for (let py = 0; py < min(strideH, h); py++) {
    for (let px = 0; px < min(strideW, w); px++) {
      const lastY = lastTap(py, padTop, kh, strideH, dilationH);
      const lastX = lastTap(px, padLeft, kw, strideW, dilationW);
      let tapRows = lastY < 0 ? 0 : lastY / stepH + 1;
      const tapColumns = lastX < 0 ? 0 : lastX / stepW + 1;
      if (tapColumns == 0) tapRows = 0;

      let panel = scratch;
      for (let j = 0; j < ic; j += 8) {
        const left = ic - j;
        const row = panelRowBytes(left);
        panelStart(0, panel, left);
        panel += row;
        for (let ty = 0; ty < tapRows; ty++) {
          for (let tx = 0; tx < tapColumns; tx++) {
            const tap = (lastY - ty * stepH) * kw + lastX - tx * stepW;
            const from = filter + (<usize>((tap * ic + j) * outStep) << 2);
            panelFromColumns(from, <usize>outStep << 2, panel, oc, left);
            panel += row * <usize>oc;
          }
        }
      }

      const rows = (h - py + strideH - 1) / strideH;
      const columns = (w - px + strideW - 1) / strideW;
      const padded = pixelTable(
        panel,
        rows,
        columns,
        <usize>wide * pixel,
        pixel,
        <usize>(strideH * w * inStep) << 2,
        <usize>(strideW * inStep) << 2,
      );
      memory.fill(padded, 0, <usize>(tall * wide) * pixel);
      const top = tapRows ? (py + padTop - lastY * dilationH) / strideH - firstRow : 0;
      const first = tapRows ? (px + padLeft - lastX * dilationW) / strideW - firstColumn : 0;
      const merged = columnStep == 1;
      for (let i = 0; i < n; i++) {
        const image = dy + (<usize>(i * oh * ow * outStep) << 2);
        placeImage(
          image, padded, oh, ow, oc, <usize>outStep << 2,
          tall, wide, oc, -firstRow, -firstColumn,
        );
        convolveImage(
          padded + <usize>(top * wide + first) * pixel,
          dx + (<usize>(((i * h + py) * w + px) * inStep) << 2),
          panel,
          rows * columns,
          tapRows,
          <usize>(dilationH * stepH / strideH * wide) * pixel,
          merged ? 1 : tapColumns,
          <usize>columnStep * pixel,
          merged ? tapColumns * oc : oc,
          scratch,
          ic,
          f32x4.splat(-Infinity),
        );
      }
    }
  }
}
