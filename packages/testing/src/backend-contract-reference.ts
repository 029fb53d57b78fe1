import type { backend_util } from "@tensorflow/tfjs-core";
import type { Input } from "./backend-contract-case.ts";

// Naive, in float64, for gradients that tfjs's cpu backend itself gets wrong: padded average pools,
// max pools that round up, and nearest-neighbour resizing.

/** The gradient of max or average pooling for `x`, one list of values. */
export function poolGradient(
  kind: "max" | "avg",
  x: Input,
  dy: Input,
  info: backend_util.Conv2DInfo | backend_util.Conv3DInfo,
): number[] {
  const channels = info.inChannels;
  const volume = "inDepth" in info;
  const inDepth = volume ? info.inDepth : 1;
  const outDepth = volume ? info.outDepth : 1;
  const filterDepth = volume ? info.filterDepth : 1;
  const strideDepth = volume ? info.strideDepth : 1;
  const front = volume ? info.padInfo.front : 0;
  const gradient = new Array<number>(x.values.length).fill(0);
  let output = 0;
  for (let n = 0; n < info.batchSize; n++) {
    for (let d = 0; d < outDepth; d++) {
      for (let h = 0; h < info.outHeight; h++) {
        for (let w = 0; w < info.outWidth; w++) {
          for (let c = 0; c < channels; c++, output++) {
            const places: number[] = [];
            for (let fd = 0; fd < filterDepth; fd++) {
              for (let fh = 0; fh < info.filterHeight; fh++) {
                for (let fw = 0; fw < info.filterWidth; fw++) {
                  const z = d * strideDepth - front + fd;
                  const y = h * info.strideHeight - info.padInfo.top + fh;
                  const column = w * info.strideWidth - info.padInfo.left + fw;
                  const inside =
                    z >= 0 &&
                    z < inDepth &&
                    y >= 0 &&
                    y < info.inHeight &&
                    column >= 0 &&
                    column < info.inWidth;
                  if (!inside) continue;
                  const row = (n * inDepth + z) * info.inHeight + y;
                  places.push((row * info.inWidth + column) * channels + c);
                }
              }
            }
            const upstream = dy.values[output] as number;
            if (kind === "avg") {
              for (const at of places)
                gradient[at] = (gradient[at] as number) + upstream / places.length;
              continue;
            }
            let best = places[0];
            for (const at of places) {
              if ((x.values[at] as number) > (x.values[best as number] as number)) best = at;
            }
            if (best !== undefined) gradient[best] = (gradient[best] as number) + upstream;
          }
        }
      }
    }
  }
  return gradient;
}

/** The gradient of nearest-neighbour resizing for images of `shape`, `[n, h, w, c]`. */
export function nearestGradient(
  dy: Input,
  shape: readonly [number, number, number, number],
  alignCorners: boolean,
): number[] {
  const [n, h, w, c] = shape;
  const [, height = 0, width = 0] = dy.shape;
  const source = (at: number, from: number, to: number): number =>
    alignCorners && to > 1
      ? Math.round((at * (from - 1)) / (to - 1))
      : Math.min(from - 1, Math.floor((at * from) / to));
  const gradient = new Array<number>(n * h * w * c).fill(0);
  let output = 0;
  for (let b = 0; b < n; b++) {
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const place = ((b * h + source(i, h, height)) * w + source(j, w, width)) * c;
        for (let k = 0; k < c; k++, output++) {
          gradient[place + k] = (gradient[place + k] as number) + (dy.values[output] as number);
        }
      }
    }
  }
  return gradient;
}
