import { ArgumentError } from "@kindling/core";
import {
  concat,
  mirrorPad,
  pad,
  slice,
  type Tensor,
  type Tensor4D,
  tidy,
  tile,
} from "@tensorflow/tfjs-core";

/** Rows and columns added: `[[top, bottom], [left, right]]`. */
export type Padding2d = readonly [
  vertical: readonly [before: number, after: number],
  horizontal: readonly [before: number, after: number],
];

/** What new rows and columns hold: zeros, or the image mirrored, its edge repeated, or its other side. */
export type PaddingMode = "zeros" | "reflect" | "replicate" | "circular";

/**
 * Adds rows and columns around `[n, h, w, c]`. The caller disposes the result.
 *
 * @param mode - what new rows and columns hold. @defaultValue "zeros"
 * @param value - what zeros mean; max pooling pads with −∞. @defaultValue 0
 * @throws {ArgumentError} when the image is too small to reflect or wrap that far.
 *
 * @example
 * ```ts
 * const row = tensor4d([1, 2, 3], [1, 1, 3, 1]);
 * pad2d(row, [[0, 0], [1, 1]]).dataSync(); // => Float32Array [0, 1, 2, 3, 0]
 * pad2d(row, [[0, 0], [1, 1]], "reflect").dataSync(); // => Float32Array [2, 1, 2, 3, 2]
 * ```
 */
export function pad2d(
  x: Tensor4D,
  [vertical, horizontal]: Padding2d,
  mode: PaddingMode = "zeros",
  value: number = 0,
): Tensor4D {
  if (mode === "zeros") return pad(x, [[0, 0], [...vertical], [...horizontal], [0, 0]], value);
  checkReach(x, [vertical, horizontal], mode);
  if (mode === "reflect") {
    return mirrorPad(x, [[0, 0], [...vertical], [...horizontal], [0, 0]], "reflect");
  }
  return tidy(() => extend(extend(x, 1, vertical, mode), 2, horizontal, mode)) as Tensor4D;
}

function extend(
  x: Tensor,
  axis: number,
  [before, after]: readonly [number, number],
  mode: "replicate" | "circular",
): Tensor {
  const size = x.shape[axis] as number;
  const strip = (at: number, length: number): Tensor => {
    const begin = x.shape.map((_, i) => (i === axis ? at : 0));
    const sizes = x.shape.map((all, i) => (i === axis ? length : all));
    return slice(x, begin, sizes);
  };
  const repeated = (at: number, times: number): Tensor =>
    tile(
      strip(at, 1),
      x.shape.map((_, i) => (i === axis ? times : 1)),
    );
  const pieces: Tensor[] = [x];
  if (before > 0)
    pieces.unshift(mode === "circular" ? strip(size - before, before) : repeated(0, before));
  if (after > 0) pieces.push(mode === "circular" ? strip(0, after) : repeated(size - 1, after));
  return pieces.length === 1 ? x : concat(pieces, axis);
}

function checkReach(x: Tensor4D, padding: Padding2d, mode: PaddingMode): void {
  padding.forEach((amounts, i) => {
    const size = x.shape[i + 1] as number;
    const most =
      mode === "reflect" ? size - 1 : mode === "circular" ? size : Number.POSITIVE_INFINITY;
    if (Math.max(...amounts) > most) {
      throw new ArgumentError(
        `pad2d: expected a ${mode} padding of at most ${most}, got ${Math.max(...amounts)} (input [${x.shape.join(", ")}])`,
      );
    }
  });
}
