// Arithmetic on pairs of values where one side repeats a row, such as a bias: tfjs's own takes three times
// as long there.
import { loadLanes, storeLanes } from "./gather-lanes";

const ADD: i32 = 0;
const SUBTRACT: i32 = 1;
const MULTIPLY: i32 = 2;
const DIVIDE: i32 = 3;

/**
 * out[row, column] = a · b for `op` (0 +, 1 −, 2 ·, 3 ÷), rows of `columns`
 * floats; a side that repeats one row has a step of 0, else one of `columns`.
 */
export function binary(
  op: i32,
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  aStep: i32,
  bStep: i32,
): void {
  if (op == ADD) rowsOf(ADD, a, b, out, rows, columns, aStep, bStep);
  else if (op == SUBTRACT) rowsOf(SUBTRACT, a, b, out, rows, columns, aStep, bStep);
  else if (op == MULTIPLY) rowsOf(MULTIPLY, a, b, out, rows, columns, aStep, bStep);
  else rowsOf(DIVIDE, a, b, out, rows, columns, aStep, bStep);
}

// @ts-ignore: decorator
@inline
function rowsOf(
  op: i32,
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  aStep: i32,
  bStep: i32,
): void {
  const zero = f32x4.splat(0);
  const end = <usize>(columns & ~3) << 2;
  const rest = columns & 3;
  for (let row = 0; row < rows; row++) {
    let at: usize = 0;
    for (; at < end; at += 16) {
      v128.store(out + at, apply(op, v128.load(a + at), v128.load(b + at)));
    }
    if (rest != 0) {
      const left = loadLanes(a + at, rest, zero);
      storeLanes(out + at, apply(op, left, loadLanes(b + at, rest, zero)), rest);
    }
    a += <usize>aStep << 2;
    b += <usize>bStep << 2;
    out += <usize>columns << 2;
  }
}

// @ts-ignore: decorator
@inline
function apply(op: i32, a: v128, b: v128): v128 {
  if (op == ADD) return f32x4.add(a, b);
  if (op == SUBTRACT) return f32x4.sub(a, b);
  if (op == MULTIPLY) return f32x4.mul(a, b);
  return f32x4.div(a, b);
}
