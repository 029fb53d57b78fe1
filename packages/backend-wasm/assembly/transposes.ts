/** Rows of a tile: 16 floats of an output row are one cache line, written whole. */
const TILE: i32 = 16;

/**
 * [batch, rows, columns] to [batch, columns, rows]: NHWC to NCHW with rows = h·w and columns = c, and back
 * with rows = c and columns = h·w.
 *
 * Tiles of 16 rows, inside them four columns at a time: 4×4 blocks turned in registers.
 */
export function transpose(x: usize, y: usize, batch: i32, rows: i32, columns: i32): void {
  const size = (<usize>rows * columns) << 2;
  for (let n = 0; n < batch; n++, x += size, y += size) {
    for (let row = 0; row < rows; row += TILE) {
      const end = min(rows, row + TILE);
      let column = 0;
      for (; column + 4 <= columns; column += 4) {
        const from = x + (<usize>column << 2);
        const to = y + ((<usize>column * rows) << 2);
        let i = row;
        for (; i + 4 <= end; i += 4) {
          turn(from + ((<usize>i * columns) << 2), to + (<usize>i << 2), columns, rows);
        }
        for (; i < end; i++) {
          scatter(from + ((<usize>i * columns) << 2), to + (<usize>i << 2), rows);
        }
      }
      for (; column < columns; column++) {
        const to = y + ((<usize>column * rows) << 2);
        for (let i = row; i < end; i++) {
          store<f32>(to + (<usize>i << 2), load<f32>(x + ((<usize>i * columns + column) << 2)));
        }
      }
    }
  }
}

// One 4×4 block; strides in floats.
// @ts-ignore: decorator
@inline
function turn(x: usize, y: usize, xStride: i32, yStride: i32): void {
  const down = <usize>xStride << 2;
  const right = <usize>yStride << 2;
  const a = v128.load(x);
  const b = v128.load(x + down);
  const c = v128.load(x + down * 2);
  const d = v128.load(x + down * 3);
  const ab01 = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const ab23 = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const cd01 = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const cd23 = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(y, i64x2.shuffle(ab01, cd01, 0, 2));
  v128.store(y + right, i64x2.shuffle(ab01, cd01, 1, 3));
  v128.store(y + right * 2, i64x2.shuffle(ab23, cd23, 0, 2));
  v128.store(y + right * 3, i64x2.shuffle(ab23, cd23, 1, 3));
}

// Four floats of a row to four rows.
// @ts-ignore: decorator
@inline
function scatter(x: usize, y: usize, stride: i32): void {
  const right = <usize>stride << 2;
  const v = v128.load(x);
  v128.store32_lane(y, v, 0);
  v128.store32_lane(y + right, v, 1);
  v128.store32_lane(y + right * 2, v, 2);
  v128.store32_lane(y + right * 3, v, 3);
}
