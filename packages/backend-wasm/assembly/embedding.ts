/**
 * out[ids[row]] += x[row] from zeros: the gradient of an embedding and of a gather. Rows whose id is not
 * from 0 to segments − 1 are left out, as by tfjs.
 */
export function unsortedSegmentSum(
  x: usize,
  ids: usize,
  out: usize,
  rows: i32,
  width: i32,
  segments: i32,
): void {
  const bytes = <usize>width << 2;
  memory.fill(out, 0, bytes * segments);
  for (let row = 0; row < rows; row++, x += bytes) {
    const id = load<u32>(ids + (<usize>row << 2));
    // Unsigned, so negative ids are too large.
    if (id >= <u32>segments) continue;
    addRow(x, out + bytes * id, width);
  }
}

// @ts-ignore: decorator
@inline
function addRow(x: usize, out: usize, width: i32): void {
  let i = 0;
  for (; i + 4 <= width; i += 4, x += 16, out += 16) {
    v128.store(out, f32x4.add(v128.load(out), v128.load(x)));
  }
  for (; i < width; i++, x += 4, out += 4) store<f32>(out, load<f32>(out) + load<f32>(x));
}
