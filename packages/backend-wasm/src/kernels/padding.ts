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

/**
 * The padding that makes XNNPACK, which always rounds down, compute every window of `info`, also when
 * those were counted by rounding up.
 */
export function coveringPadding(info: backend_util.Conv2DInfo): "same" | Explicit {
  return info.padInfo.type === "SAME" ? "same" : covering(info);
}

/** {@link coveringPadding} for a pooling; null where XNNPACK cannot compute it. */
export function poolPadding(info: backend_util.Conv2DInfo): "same" | Explicit | null {
  const [, rows, columns] = covering(info);
  // XNNPACK takes no window of one cell and none that may lie in the padding entirely.
  const fits =
    info.filterHeight * info.filterWidth > 1 &&
    Math.max(...rows) < info.filterHeight &&
    Math.max(...columns) < info.filterWidth &&
    !info.outShape.includes(0);
  return fits ? coveringPadding(info) : null;
}

function covering(info: backend_util.Conv2DInfo): Explicit {
  const { top, bottom, left, right } = info.padInfo;
  const rows = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight;
  const columns = (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth;
  return [
    [0, 0],
    [top, Math.max(bottom, rows - info.inHeight - top)],
    [left, Math.max(right, columns - info.inWidth - left)],
    [0, 0],
  ];
}
