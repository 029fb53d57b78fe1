import { backend_util, type TensorInfo } from "@tensorflow/tfjs-core";
import { expectOutput, expectWindow } from "./checks.ts";

type Explicit = [[number, number], [number, number], [number, number], [number, number]];

/** tfjs's padding of a two-dimensional convolution or pooling. */
export type Padding = "same" | "valid" | number | Explicit;

/**
 * The same padding, spelled out when it is one number: tfjs's own arithmetic then takes the filter's and
 * the stride's height for both axes, and sizes the output of a filter that is not square wrongly.
 *
 * @example
 * ```ts
 * spelledOut(1); // => [[0, 0], [1, 1], [1, 1], [0, 0]]
 * spelledOut("same"); // => "same"
 * ```
 */
export function spelledOut(pad: Padding): Exclude<Padding, number> {
  return typeof pad === "number"
    ? [
        [0, 0],
        [pad, pad],
        [pad, pad],
        [0, 0],
      ]
    : pad;
}

/** The attributes of every two-dimensional pooling and its gradient. */
interface PoolAttributes {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: Padding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/**
 * Sizes and padding of a pooling of images, `[n, h, w, c]`.
 *
 * @throws {ShapeError | ArgumentError} as `expectWindow` and `expectOutput` do.
 *
 * @example
 * ```ts
 * poolInfo("MaxPool", zeros([1, 6, 6, 8]), { filterSize: 2, strides: 2, pad: 0 }).outShape; // => [1, 3, 3, 8]
 * ```
 */
export function poolInfo(
  where: string,
  { shape }: TensorInfo,
  { filterSize, strides, pad, dimRoundingMode }: PoolAttributes,
): backend_util.Conv2DInfo {
  const window = { size: [filterSize].flat(), strides, dilations: 1, pad };
  expectWindow(where, shape, window);
  const info = backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    spelledOut(pad),
    dimRoundingMode,
  );
  expectOutput(where, shape, window, info.outShape);
  return info;
}
