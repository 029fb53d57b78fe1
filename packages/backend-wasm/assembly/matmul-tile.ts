import { fma } from "./vector";

/** Stores the first `count` lanes of `value`: all from 4 on, none below 1. */
// @ts-ignore: decorator
@inline
export function storePart(to: usize, value: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, value);
  } else if (count > 0) {
    store<f32>(to, f32x4.extract_lane(value, 0));
    if (count > 1) store<f32>(to, f32x4.extract_lane(value, 1), 4);
    if (count > 2) store<f32>(to, f32x4.extract_lane(value, 2), 8);
  }
}

/** The first `count` lanes, the rest zeros. */
// @ts-ignore: decorator
@inline
function loadPart(from: usize, count: i32): v128 {
  if (count >= 4) return v128.load(from);
  let value = f32x4.splat(0);
  if (count > 0) value = f32x4.replace_lane(value, 0, load<f32>(from));
  if (count > 1) value = f32x4.replace_lane(value, 1, load<f32>(from, 4));
  if (count > 2) value = f32x4.replace_lane(value, 2, load<f32>(from, 8));
  return value;
}

/**
 * Four rows of a matrix product: out_r[j] = max(floor, start[j] + Σ a_r[p] · panel[p][j]) for j <
 * n.
 *
 * A row of the left matrix is `tapRows` × `tapColumns` runs of `run` contiguous floats, the runs
 * `tapRowStep` and `tapColumnStep` bytes apart: one run for a matrix; a window of an image, read in
 * place, for a convolution. The right matrix is in panels (pack.ts). With `accumulate` the sums
 * start from the output.
 *
 * The register block is 4 rows × 8 columns: 8 sums, 2 vectors of the panel and 4 of the left matrix
 * fit in the 15 registers that V8 allocates on x86, and 6 loads feed 8 multiply-adds. The inner
 * loops are not unrolled, and there are no more rows: V8 then moves all loads of a block to its front
 * and spills (38 instead of 55 GFLOP/s), or spills the pointers (5 rows: 27). Some of the four rows may be the same row.
 */
export function multiplyTile(
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  out0: usize,
  out1: usize,
  out2: usize,
  out3: usize,
  tapRows: i32,
  tapRowStep: usize,
  tapColumns: i32,
  tapColumnStep: usize,
  run: i32,
  panel: usize,
  n: i32,
  accumulate: bool,
  floor: v128,
): void {
  let columns = n;
  for (; columns > 4; columns -= 8) {
    let c00 = v128.load(panel);
    let c01 = v128.load(panel, 16);
    let c10 = c00;
    let c11 = c01;
    let c20 = c00;
    let c21 = c01;
    let c30 = c00;
    let c31 = c01;
    if (accumulate) {
      const more = columns - 4;
      c00 = v128.load(out0);
      c01 = loadPart(out0 + 16, more);
      c10 = v128.load(out1);
      c11 = loadPart(out1 + 16, more);
      c20 = v128.load(out2);
      c21 = loadPart(out2 + 16, more);
      c30 = v128.load(out3);
      c31 = loadPart(out3 + 16, more);
    }
    panel += 32;
    for (let ty = 0; ty < tapRows; ty++) {
      for (let tx = 0; tx < tapColumns; tx++) {
        const offset = <usize>ty * tapRowStep + <usize>tx * tapColumnStep;
        let p0 = a0 + offset;
        let p1 = a1 + offset;
        let p2 = a2 + offset;
        let p3 = a3 + offset;
        for (let p = run; p > 0; p--) {
          const b0 = v128.load(panel);
          const b1 = v128.load(panel, 16);
          let s = v128.load32_splat(p0);
          c00 = fma(s, b0, c00);
          c01 = fma(s, b1, c01);
          s = v128.load32_splat(p1);
          c10 = fma(s, b0, c10);
          c11 = fma(s, b1, c11);
          s = v128.load32_splat(p2);
          c20 = fma(s, b0, c20);
          c21 = fma(s, b1, c21);
          s = v128.load32_splat(p3);
          c30 = fma(s, b0, c30);
          c31 = fma(s, b1, c31);
          panel += 32;
          p0 += 4;
          p1 += 4;
          p2 += 4;
          p3 += 4;
        }
      }
    }
    const more = columns - 4;
    v128.store(out0, f32x4.pmax(c00, floor));
    storePart(out0 + 16, f32x4.pmax(c01, floor), more);
    v128.store(out1, f32x4.pmax(c10, floor));
    storePart(out1 + 16, f32x4.pmax(c11, floor), more);
    v128.store(out2, f32x4.pmax(c20, floor));
    storePart(out2 + 16, f32x4.pmax(c21, floor), more);
    v128.store(out3, f32x4.pmax(c30, floor));
    storePart(out3 + 16, f32x4.pmax(c31, floor), more);
    out0 += 32;
    out1 += 32;
    out2 += 32;
    out3 += 32;
  }
  if (columns <= 0) return;

  let c0 = v128.load(panel);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  if (accumulate) {
    c0 = loadPart(out0, columns);
    c1 = loadPart(out1, columns);
    c2 = loadPart(out2, columns);
    c3 = loadPart(out3, columns);
  }
  panel += 16;
  for (let ty = 0; ty < tapRows; ty++) {
    for (let tx = 0; tx < tapColumns; tx++) {
      const offset = <usize>ty * tapRowStep + <usize>tx * tapColumnStep;
      let p0 = a0 + offset;
      let p1 = a1 + offset;
      let p2 = a2 + offset;
      let p3 = a3 + offset;
      for (let p = run; p > 0; p--) {
        const b = v128.load(panel);
        c0 = fma(v128.load32_splat(p0), b, c0);
        c1 = fma(v128.load32_splat(p1), b, c1);
        c2 = fma(v128.load32_splat(p2), b, c2);
        c3 = fma(v128.load32_splat(p3), b, c3);
        panel += 16;
        p0 += 4;
        p1 += 4;
        p2 += 4;
        p3 += 4;
      }
    }
  }
  storePart(out0, f32x4.pmax(c0, floor), columns);
  storePart(out1, f32x4.pmax(c1, floor), columns);
  storePart(out2, f32x4.pmax(c2, floor), columns);
  storePart(out3, f32x4.pmax(c3, floor), columns);
}
