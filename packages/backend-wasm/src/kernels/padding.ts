import { backend_util, type TensorInfo } from "@tensorflow/tfjs-core";

type Explicit = [[number, number], [number, number], [number, number], [number, number]];

/** tfjs's padding of a two-dimensional convolution or pooling. */
export type Padding = "same" | "valid" | number | Explicit;

/**
 * The same padding, spelled out when it is one number: tfjs's own arithmetic then takes the filter's and
 * the stride's height for both axes, and sizes the output of a filter that is not square wrongly. XNNPACK
 * sizes it rightly, and so would write past the memory set aside.
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

/** Sizes and padding of a pooling of `input`, `[n, h, w, c]`. */
export function poolInfo(
  input: TensorInfo,
  { filterSize, strides, pad, dimRoundingMode }: PoolAttributes,
): backend_util.Conv2DInfo {
  const shape = input.shape as [number, number, number, number];
  return backend_util.computePool2DInfo(
    shape,
    filterSize,
    strides,
    1,
    spelledOut(pad),
    dimRoundingMode,
  );
}
