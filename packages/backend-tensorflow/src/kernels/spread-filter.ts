import { pad, reshape, slice, type Tensor, type TensorInfo, tidy } from "@tensorflow/tfjs-core";
import type { NodeBackend } from "../binding/node-backend.ts";

type Four = [number, number, number, number];

/**
 * A filter with zeros between its rows and columns, which does without dilation what the dilated one does: on the
 * CPU TensorFlow's gradients know no dilation, and its depthwise op none with padding in numbers. Null where there
 * is nothing to spread. The caller disposes it.
 *
 * @param dilations - of NHWC: 1, rows, columns, 1.
 */
export function spreadFilter(
  backend: NodeBackend,
  filter: TensorInfo,
  dilations: readonly number[],
): Tensor | null {
  const [, down = 1, across = 1] = dilations;
  if (backend.isUsingGpuDevice || down * across === 1) return null;
  const [height, width, within, out] = filter.shape as Four;
  return tidy(() => {
    // The ops look at what a TensorInfo has; a tensor of its own would be one more to dispose.
    const apart = reshape(filter as Tensor, [height, 1, width, 1, within * out]);
    const none: [number, number] = [0, 0];
    const gaps = pad(apart, [none, [0, down - 1], none, [0, across - 1], none]);
    const whole = reshape(gaps, [height * down, width * across, within, out]);
    const size: Four = [(height - 1) * down + 1, (width - 1) * across + 1, within, out];
    return slice(whole, [0, 0, 0, 0], size);
  });
}
