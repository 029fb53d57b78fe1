// How far the windows of a convolution or pooling reach beyond the tensor. TensorFlow's ops name two ways, SAME and
// VALID, and some take the numbers; for the rest the tensor itself gets a border.
import type { Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import type { NodeBackend } from "../binding/node-backend.ts";
import { runOp, withInts, withTensor } from "./op.ts";

/** Cells before and after the tensor, along one axis; below 0 it is cut. */
export type Border = readonly [before: number, after: number];

/** The windows along one axis of a tensor. */
export interface Windows {
  /** The tensor's cells. */
  readonly size: number;
  /** How many windows, and each one's cells from end to end. */
  readonly count: number;
  readonly length: number;
  readonly stride: number;
  /** How far the first one begins before the tensor. */
  readonly before: number;
}

/** How far they reach beyond the tensor. Cells at the end that none reaches stay, unless they would make one more. */
export function borderOf({ size, count, length, stride, before }: Windows): Border {
  const after = (count - 1) * stride + length - size - before;
  return [before, after < 0 && after > -stride ? 0 : after];
}

/** TensorFlow's name for the borders that the windows along each axis need; null where it has none. */
export function namedPadding(axes: readonly Windows[]): "SAME" | "VALID" | null {
  if (!isBordered(axes.map(borderOf))) return "VALID";
  const isSame = axes.every(({ size, count, length, stride, before }) => {
    const windows = Math.ceil(size / stride);
    const border = Math.max(0, (windows - 1) * stride + length - size);
    return count === windows && before === Math.floor(border / 2);
  });
  return isSame ? "SAME" : null;
}

export function isBordered(borders: readonly Border[]): boolean {
  return borders.some(([before, after]) => before !== 0 || after !== 0);
}

/** A channels-last shape with borders around its inner axes. */
export function borderedShape(shape: readonly number[], borders: readonly Border[]): number[] {
  return shape.map((cells, axis) => {
    const [before, after] = borders[axis - 1] ?? [0, 0];
    return cells + before + after;
  });
}

/** A channels-last tensor with borders of one value around its inner axes; a new tensor always. */
export function bordered(
  backend: NodeBackend,
  x: TensorInfo,
  borders: readonly Border[],
  value: number,
): Tensor {
  const all: readonly Border[] = [[0, 0], ...borders, [0, 0]];
  const cut = borders.map(([before, after]): Border => [Math.min(0, before), Math.min(0, after)]);
  const begin = [0, ...cut.map(([before]) => -before), 0];
  const inner = isBordered(cut) ? sliced(backend, x, begin, borderedShape(x.shape, cut)) : null;
  const paddings = all.flatMap((border) => border.map((cells) => Math.max(0, cells)));
  const constant = x.dtype === "float32" ? Float32Array.of(value) : Int32Array.of(value);
  const dtype = x.dtype === "float32" ? "float32" : "int32";
  try {
    return withTensor(backend, Int32Array.from(paddings), [x.shape.length, 2], "int32", (cells) =>
      withTensor(backend, constant, [], dtype, (fill) =>
        runOp(backend, "PadV2", [inner ?? x, cells, fill]),
      ),
    );
  } finally {
    inner?.dispose();
  }
}

/** The part of a gradient for a bordered tensor that belongs to the tensor, `shape`; zeros where it was cut. */
export function withoutBorders(
  backend: NodeBackend,
  gradient: Tensor,
  borders: readonly Border[],
  shape: readonly number[],
): Tensor {
  const begin = [0, ...borders.map(([before]) => Math.max(0, before)), 0];
  const opposite = borders.map(
    ([before, after]): Border => [Math.max(0, -before), Math.max(0, -after)],
  );
  const cut = opposite.map(([before, after]): Border => [-before, -after]);
  const inner = sliced(backend, gradient, begin, borderedShape(shape, cut));
  if (!isBordered(opposite)) return inner;
  const whole = bordered(backend, inner, opposite, 0);
  inner.dispose();
  return whole;
}

function sliced(
  backend: NodeBackend,
  x: TensorInfo,
  begin: readonly number[],
  size: readonly number[],
): Tensor {
  return withInts(backend, begin, (from) =>
    withInts(backend, size, (cells) => runOp(backend, "Slice", [x, from, cells])),
  );
}
