import { multiplyTile } from "./matmul-tile";
import { panelFromColumns, panelFromRows, panelRowBytes, panelStart, transpose } from "./pack";

/** Length of a block of the sum: a panel of it (8 kB) stays in the first-level cache. */
const DEPTH = 256;
/** Columns of a block: its panels (256 kB) stay in the second-level cache. */
const COLUMNS = 256;
/** Rows of a transposed left matrix that are turned at a time: they share cache lines. */
const ROWS = 16;

/**
 * out[m, n] = a · b for each of `batch` pairs, `aStep`, `bStep` and `outStep` floats apart. `a` is
 * [m, k], or [k, m] when transposed; `b` is [k, n], or [n, k].
 *
 * For each block of columns and of the sum, b's block is packed in panels once; then four rows of a
 * at a time run over all of its panels. Rows of a are read in place, or turned 16 at a time where a
 * is transposed. `scratch` holds COLUMNS · (DEPTH + 1) + ROWS · DEPTH floats.
 */
export function matMul(
  a: usize,
  b: usize,
  out: usize,
  m: i32,
  n: i32,
  k: i32,
  transposeA: bool,
  transposeB: bool,
  batch: i32,
  aStep: i32,
  bStep: i32,
  outStep: i32,
  scratch: usize,
): void {
  for (let i = 0; i < batch; i++) {
    multiply(a, b, out, m, n, k, transposeA, transposeB, scratch);
    a += <usize>aStep << 2;
    b += <usize>bStep << 2;
    out += <usize>outStep << 2;
  }
}

function multiply(
  a: usize,
  b: usize,
  out: usize,
  m: i32,
  n: i32,
  k: i32,
  transposeA: bool,
  transposeB: bool,
  scratch: usize,
): void {
  const floor = f32x4.splat(-Infinity);
  const outRow = <usize>n << 2;
  const turned = scratch + ((COLUMNS * (DEPTH + 1)) << 2);
  for (let j = 0; j < n; j += COLUMNS) {
    const columns = min(COLUMNS, n - j);
    let p = 0;
    do {
      const depth = min(DEPTH, k - p);
      packBlock(b, scratch, n, k, p, depth, j, columns, transposeB);
      for (let i = 0; i < m; i += ROWS) {
        const rows = min(ROWS, m - i);
        let left: usize;
        let leftRow: usize;
        if (transposeA) {
          left = turned;
          leftRow = <usize>depth << 2;
          transpose(a + (<usize>(p * m + i) << 2), <usize>m << 2, left, leftRow, depth, rows);
        } else {
          left = a + (<usize>(i * k + p) << 2);
          leftRow = <usize>k << 2;
        }
        const result = out + (<usize>(i * n + j) << 2);
        for (let r = 0; r < rows; r += 4) {
          const r1 = <usize>min(r + 1, rows - 1);
          const r2 = <usize>min(r + 2, rows - 1);
          const r3 = <usize>min(r + 3, rows - 1);
          multiplyTile(
            left + <usize>r * leftRow, left + r1 * leftRow, left + r2 * leftRow, left + r3 * leftRow,
            result + <usize>r * outRow, result + r1 * outRow, result + r2 * outRow, result + r3 * outRow,
            1, 0, 1, 0, depth,
            scratch, columns, p > 0, floor,
          );
        }
      }
      p += DEPTH;
    } while (p < k);
  }
}

/** Rows p … p + depth of b and its columns j … j + columns, in panels. */
function packBlock(
  b: usize,
  panel: usize,
  n: i32,
  k: i32,
  p: i32,
  depth: i32,
  j: i32,
  columns: i32,
  transposeB: bool,
): void {
  for (let done = 0; done < columns; done += 8) {
    const left = columns - done;
    const row = panelRowBytes(left);
    panelStart(0, panel, left);
    if (transposeB) {
      const from = b + (<usize>((j + done) * k + p) << 2);
      panelFromColumns(from, <usize>k << 2, panel + row, depth, left);
    } else {
      const from = b + (<usize>(p * n + j + done) << 2);
      panelFromRows(from, <usize>n << 2, panel + row, depth, left);
    }
    panel += row * <usize>(depth + 1);
  }
}
