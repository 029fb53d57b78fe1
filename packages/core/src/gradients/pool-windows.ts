import { backend_util } from "@tensorflow/tfjs-core";

export interface PoolAttributes {
  readonly filterSize: number | number[];
  readonly strides: number | number[];
  readonly pad: "valid" | "same" | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** The windows of a pooling along one axis. */
export interface Windows {
  /** Values along the axis. */
  readonly size: number;
  /** How many windows, and how long each is. */
  readonly count: number;
  readonly length: number;
  readonly stride: number;
  /** How far the first window reaches beyond the start, and the last one beyond the end. */
  readonly before: number;
  readonly after: number;
}

/**
 * The windows along each pooled axis of a channels-last shape of rank 4 or 5.
 *
 * tfjs says how the start is padded; the end follows from the number of windows, whichever way it was
 * rounded. 'valid' pooling of the padded input has exactly these windows.
 */
export function windowsOf(shape: readonly number[], attributes: PoolAttributes): Windows[] {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  if (shape.length === 4) {
    const info = backend_util.computePool2DInfo(
      shape as [number, number, number, number],
      filterSize as [number, number],
      strides as [number, number],
      1,
      pad,
      dimRoundingMode,
    );
    const { outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth } = info;
    return [
      windows(info.inHeight, outHeight, filterHeight, strideHeight, info.padInfo.top),
      windows(info.inWidth, outWidth, filterWidth, strideWidth, info.padInfo.left),
    ];
  }
  const info = backend_util.computePool3DInfo(
    shape as [number, number, number, number, number],
    filterSize as [number, number, number],
    strides as [number, number, number],
    1,
    pad,
    dimRoundingMode,
  );
  const { outDepth, outHeight, outWidth, filterDepth, filterHeight, filterWidth } = info;
  return [
    windows(info.inDepth, outDepth, filterDepth, info.strideDepth, info.padInfo.front),
    windows(info.inHeight, outHeight, filterHeight, info.strideHeight, info.padInfo.top),
    windows(info.inWidth, outWidth, filterWidth, info.strideWidth, info.padInfo.left),
  ];
}

function windows(
  size: number,
  count: number,
  length: number,
  stride: number,
  before: number,
): Windows {
  const after = Math.max(0, (count - 1) * stride + length - before - size);
  return { size, count, length, stride, before, after };
}

/** How many values each window covers along its axis: fewer than its length at a padded end. */
export function covered({ size, count, length, stride, before }: Windows): number[] {
  return Array.from({ length: count }, (_, i) => {
    const start = i * stride - before;
    return Math.max(0, Math.min(start + length, size) - Math.max(start, 0));
  });
}
