// Copies that bring operands into the order in which the matrix kernels read them.
//
// A panel is a strip of a matrix eight columns wide (the last one four, when at most four are
// left), row after row: the inner loops read it front to back. Columns past the matrix hold zeros.
// Its first row is what the sums start from: the bias, or zeros.

/** Bytes of one row of the panel that begins with `columns` columns left. */
// @ts-ignore: decorator
@inline
export function panelRowBytes(columns: i32): usize {
  return columns > 4 ? 32 : 16;
}

/**
 * dst[c][r] = src[r][c] for `rows` × `columns` of src, in blocks of 4 × 4; rows `…Step` bytes
 * apart.
 */
export function transpose(
  src: usize,
  srcStep: usize,
  dst: usize,
  dstStep: usize,
  rows: i32,
  columns: i32,
): void {
  let r = 0;
  for (; r + 4 <= rows; r += 4) {
    let from = src + <usize>r * srcStep;
    let to = dst + (<usize>r << 2);
    let c = 0;
    for (; c + 4 <= columns; c += 4) {
      const a = v128.load(from);
      const b = v128.load(from + srcStep);
      const d = v128.load(from + 2 * srcStep);
      const e = v128.load(from + 3 * srcStep);
      const lowAB = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const highAB = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const lowDE = v128.shuffle<f32>(d, e, 0, 4, 1, 5);
      const highDE = v128.shuffle<f32>(d, e, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f64>(lowAB, lowDE, 0, 2));
      v128.store(to + dstStep, v128.shuffle<f64>(lowAB, lowDE, 1, 3));
      v128.store(to + 2 * dstStep, v128.shuffle<f64>(highAB, highDE, 0, 2));
      v128.store(to + 3 * dstStep, v128.shuffle<f64>(highAB, highDE, 1, 3));
      from += 16;
      to += 4 * dstStep;
    }
    for (; c < columns; c++) {
      store<f32>(to, load<f32>(from));
      store<f32>(to, load<f32>(from + srcStep), 4);
      store<f32>(to, load<f32>(from + 2 * srcStep), 8);
      store<f32>(to, load<f32>(from + 3 * srcStep), 12);
      from += 4;
      to += dstStep;
    }
  }
  for (; r < rows; r++) {
    let from = src + <usize>r * srcStep;
    let to = dst + (<usize>r << 2);
    for (let c = 0; c < columns; c++) {
      store<f32>(to, load<f32>(from));
      from += 4;
      to += dstStep;
    }
  }
}

/** `count` floats, by vectors: memory.copy costs more than that on short rows. */
export function copyFloats(src: usize, dst: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(dst + (<usize>i << 2), v128.load(src + (<usize>i << 2)));
  for (; i < count; i++) store<f32>(dst + (<usize>i << 2), load<f32>(src + (<usize>i << 2)));
}

/** The first row of a panel: `columns` values of `bias`, or zeros where it is 0. */
export function panelStart(bias: usize, panel: usize, columns: i32): void {
  memory.fill(panel, 0, panelRowBytes(columns));
  if (bias) copyFloats(bias, panel, min(8, columns));
}

/**
 * `rows` rows of one panel from rows of a matrix that has `columns` columns left, `srcStep` bytes
 * apart.
 */
export function panelFromRows(
  src: usize,
  srcStep: usize,
  panel: usize,
  rows: i32,
  columns: i32,
): void {
  if (columns >= 8) {
    for (let r = 0; r < rows; r++) {
      v128.store(panel, v128.load(src));
      v128.store(panel, v128.load(src, 16), 16);
      src += srcStep;
      panel += 32;
    }
    return;
  }
  const step = panelRowBytes(columns);
  memory.fill(panel, 0, <usize>rows * step);
  for (let r = 0; r < rows; r++) {
    copyFloats(src, panel, columns);
    src += srcStep;
    panel += step;
  }
}

/** As `panelFromRows`, from the transposed matrix: its rows become the panel's columns. */
export function panelFromColumns(
  src: usize,
  srcStep: usize,
  panel: usize,
  rows: i32,
  columns: i32,
): void {
  const step = panelRowBytes(columns);
  if (columns < 8 && columns != 4) memory.fill(panel, 0, <usize>rows * step);
  transpose(src, srcStep, panel, step, min(8, columns), rows);
}

/**
 * An image [h, w, channels], pixels `pixelStep` bytes apart, into the middle of [tall, wide,
 * padded]: shifted by top and left, cropped where it does not fit. The border and the channels from
 * `channels` to `padded` keep what they hold.
 */
export function placeImage(
  image: usize,
  out: usize,
  h: i32,
  w: i32,
  channels: i32,
  pixelStep: usize,
  tall: i32,
  wide: i32,
  padded: i32,
  top: i32,
  left: i32,
): void {
  const firstColumn = max(0, -left);
  const lastColumn = min(w, wide - left);
  const dense = pixelStep == <usize>channels << 2 && padded == channels;
  for (let y = max(0, -top); y < min(h, tall - top); y++) {
    let from = image + <usize>(y * w + firstColumn) * pixelStep;
    let to = out + (<usize>(((y + top) * wide + firstColumn + left) * padded) << 2);
    if (dense) {
      copyFloats(from, to, max(0, lastColumn - firstColumn) * channels);
      continue;
    }
    for (let x = firstColumn; x < lastColumn; x++) {
      copyFloats(from, to, channels);
      from += pixelStep;
      to += <usize>padded << 2;
    }
  }
}
