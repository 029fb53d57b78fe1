import { type Padding, spelledOut } from "@kindling/core/kernels";
import { backend_util } from "@tensorflow/tfjs-core";
import { type Border, borderOf, namedPadding, type Windows } from "./borders.ts";
import type { OpAttributes } from "./op.ts";

/** The attributes of every pool; those of volumes have three numbers where images have two. */
export interface PoolAttributes {
  readonly filterSize: number | number[];
  readonly strides: number | number[];
  readonly pad: Padding;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** The windows of a pool over a channels-last tensor. */
export interface PoolWindows {
  /** Along each pooled axis. */
  readonly axes: readonly Windows[];
  /** How far they reach beyond the tensor. */
  readonly borders: readonly Border[];
  /** TensorFlow's name for those borders; null where it has none. */
  readonly padding: "SAME" | "VALID" | null;
  /** The attributes of TensorFlow's op, but for the padding. */
  readonly attributes: OpAttributes;
}

/** @param shape - `[n, h, w, c]` or `[n, d, h, w, c]`. */
export function poolWindows(shape: readonly number[], attributes: PoolAttributes): PoolWindows {
  const ofImages = shape.length === 4;
  return windowsOf(ofImages ? axesOfImages(shape, attributes) : axesOfVolumes(shape, attributes));
}

export function windowsOf(axes: readonly Windows[]): PoolWindows {
  const lengths = axes.map(({ length }) => length);
  const strides = axes.map(({ stride }) => stride);
  return {
    axes,
    borders: axes.map(borderOf),
    padding: namedPadding(axes),
    attributes: { ksize: [1, ...lengths, 1], strides: [1, ...strides, 1] },
  };
}

/** Whether a window is nothing but border. */
export function hasEmptyWindows({ axes }: PoolWindows): boolean {
  return axes.some((windows) => shares(windows).includes(0));
}

/** A value for each window, by how much of it is not border, 0..1; to be broadcast over images and channels. */
export function perWindow(
  { axes }: PoolWindows,
  value: (share: number) => number,
): { values: Float32Array; shape: number[] } {
  const all = axes.reduce<number[]>(
    (outer, windows) => outer.flatMap((share) => shares(windows).map((inner) => share * inner)),
    [1],
  );
  return {
    values: Float32Array.from(all, value),
    shape: [1, ...axes.map(({ count }) => count), 1],
  };
}

function shares({ size, count, length, stride, before }: Windows): number[] {
  return Array.from({ length: count }, (_, i) => {
    const start = i * stride - before;
    return Math.max(0, Math.min(size, start + length) - Math.max(0, start)) / length;
  });
}

function axesOfImages(shape: readonly number[], attributes: PoolAttributes): Windows[] {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  const info = backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize as [number, number],
    strides as [number, number],
    1,
    spelledOut(pad),
    dimRoundingMode,
  );
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, padInfo } = info;
  return [
    axis(inHeight, outHeight, filterHeight, info.strideHeight, padInfo.top),
    axis(inWidth, outWidth, filterWidth, info.strideWidth, padInfo.left),
  ];
}

function axesOfVolumes(shape: readonly number[], attributes: PoolAttributes): Windows[] {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  const info = backend_util.computePool3DInfo(
    shape as [number, number, number, number, number],
    filterSize as [number, number, number],
    strides as [number, number, number],
    1,
    pad as "same" | "valid" | number,
    dimRoundingMode,
  );
  const { inDepth, inHeight, inWidth, outDepth, outHeight, outWidth, padInfo } = info;
  return [
    axis(inDepth, outDepth, info.filterDepth, info.strideDepth, padInfo.front),
    axis(inHeight, outHeight, info.filterHeight, info.strideHeight, padInfo.top),
    axis(inWidth, outWidth, info.filterWidth, info.strideWidth, padInfo.left),
  ];
}

function axis(
  size: number,
  count: number,
  length: number,
  stride: number,
  before: number,
): Windows {
  return { size, count, length, stride, before };
}
