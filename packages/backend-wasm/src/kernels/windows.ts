import type { backend_util } from "@tensorflow/tfjs-core";

/** One axis that a window slides along. */
interface Axis {
  readonly size: number;
  readonly outputs: number;
  readonly filter: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding before the first value; tfjs may make it negative. */
  readonly before: number;
}

/** Windows over `[n, depth, height, width]`; two-dimensional ones have a depth of 1. */
export interface Windows {
  readonly batch: number;
  readonly depth: Axis;
  readonly height: Axis;
  readonly width: Axis;
}

/**
 * What {@link forEachWindow} calls: positions count places in `[n, d, h, w]`, without channels.
 *
 * @param output - the window's position in `[n, od, oh, ow]`.
 * @param cells - where the window's cells are in the input; only the first `count` hold, none of them padding.
 * @param taps - the filter position of each cell, in `[fd, fh, fw]`.
 */
export type VisitWindow = (
  output: number,
  cells: Int32Array,
  taps: Int32Array,
  count: number,
) => void;

/** The windows of a two-dimensional pooling or convolution. */
export function windows2d(info: backend_util.Conv2DInfo): Windows {
  return {
    batch: info.batchSize,
    depth: { size: 1, outputs: 1, filter: 1, stride: 1, dilation: 1, before: 0 },
    ...plane(info),
  };
}

/** The windows of a three-dimensional pooling or convolution. */
export function windows3d(info: backend_util.Conv3DInfo): Windows {
  return {
    batch: info.batchSize,
    depth: {
      size: info.inDepth,
      outputs: info.outDepth,
      filter: info.filterDepth,
      stride: info.strideDepth,
      dilation: info.dilationDepth,
      before: info.padInfo.front,
    },
    ...plane(info),
  };
}

function plane(
  info: backend_util.Conv2DInfo | backend_util.Conv3DInfo,
): Pick<Windows, "height" | "width"> {
  return {
    height: {
      size: info.inHeight,
      outputs: info.outHeight,
      filter: info.filterHeight,
      stride: info.strideHeight,
      dilation: info.dilationHeight,
      before: info.padInfo.top,
    },
    width: {
      size: info.inWidth,
      outputs: info.outWidth,
      filter: info.filterWidth,
      stride: info.strideWidth,
      dilation: info.dilationWidth,
      before: info.padInfo.left,
    },
  };
}

/** Calls `visit` for each window in the output's row-major order, cells in the filter's. */
export function forEachWindow({ batch, depth, height, width }: Windows, visit: VisitWindow): void {
  const largest = depth.filter * height.filter * width.filter;
  const cells = new Int32Array(largest);
  const taps = new Int32Array(largest);
  const columns = firstTaps(width);
  let output = 0;
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < depth.outputs; i++) {
      const front = i * depth.stride - depth.before;
      for (let j = 0; j < height.outputs; j++) {
        const top = j * height.stride - height.before;
        for (let k = 0; k < width.outputs; k++, output++) {
          const left = k * width.stride - width.before;
          const from = columns[2 * k] as number;
          const to = columns[2 * k + 1] as number;
          let count = 0;
          for (let a = 0; a < depth.filter; a++) {
            const d = front + a * depth.dilation;
            if (d < 0 || d >= depth.size) continue;
            for (let b = 0; b < height.filter; b++) {
              const h = top + b * height.dilation;
              if (h < 0 || h >= height.size) continue;
              const row = ((n * depth.size + d) * height.size + h) * width.size + left;
              const tap = (a * height.filter + b) * width.filter;
              for (let c = from; c < to; c++, count++) {
                cells[count] = row + c * width.dilation;
                taps[count] = tap + c;
              }
            }
          }
          visit(output, cells, taps, count);
        }
      }
    }
  }
}

// For each output along the axis, the first tap inside the input and the one after the last.
function firstTaps({ size, outputs, filter, stride, dilation, before }: Axis): Int32Array {
  const bounds = new Int32Array(2 * outputs);
  for (let i = 0; i < outputs; i++) {
    const start = i * stride - before;
    const from = Math.min(filter, Math.max(0, Math.ceil(-start / dilation)));
    bounds[2 * i] = from;
    bounds[2 * i + 1] = Math.max(from, Math.min(filter, Math.ceil((size - start) / dilation)));
  }
  return bounds;
}
