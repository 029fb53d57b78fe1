import { ArgumentError } from "@kindling/core";
import { clone, reshape, type Tensor, type Tensor2D, tidy, transpose } from "@tensorflow/tfjs-core";
import { checkedAxis } from "./axis.ts";

/**
 * One row of features a sample, in PyTorch's order: `[n, h, w, c]` becomes `[n, c · h · w]`.
 *
 * Images come out channel by channel, so that the weights of a linear layer after it are PyTorch's.
 * Any other rank keeps the order of its values. The caller disposes the result.
 *
 * @throws {ArgumentError} when `x` has fewer than two axes.
 *
 * @example
 * ```ts
 * flatten(zeros([64, 7, 7, 32])).shape; // => [64, 1568]
 * ```
 */
export function flatten(x: Tensor): Tensor2D;
/**
 * Joins the axes `startDim` to `endDim` (by default the last) into one, both counted as in PyTorch.
 *
 * An image batch (rank 4) counts as `[n, c, h, w]`, and what comes out is laid out as PyTorch's result.
 *
 * @throws {ArgumentError} when `x` has no such axes, or `startDim` comes after `endDim`.
 *
 * @example
 * ```ts
 * flatten(zeros([2, 3, 4]), 0, 1).shape; // => [6, 4]
 * ```
 */
export function flatten(x: Tensor, startDim: number, endDim?: number): Tensor;
export function flatten(x: Tensor, startDim: number = 1, endDim: number = -1): Tensor {
  const start = checkedAxis("flatten", x, startDim);
  const end = checkedAxis("flatten", x, endDim);
  if (start > end) {
    throw new ArgumentError(
      `flatten: expected startDim up to endDim, got ${startDim} and ${endDim} (input [${x.shape.join(", ")}])`,
    );
  }
  // Nothing is joined, so an image stays an image.
  if (start === end) return clone(x);
  return tidy(() => {
    const ordered = x.rank === 4 ? channelsFirst(x) : x;
    const { shape } = ordered;
    const joined = shape.slice(start, end + 1).reduce((a, b) => a * b, 1);
    return reshape(ordered, [...shape.slice(0, start), joined, ...shape.slice(end + 1)]);
  });
}

function channelsFirst(x: Tensor): Tensor {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  // With one channel, or one pixel, or nothing at all, the values are in that order already.
  if (c === 1 || h * w === 1 || x.size === 0) return reshape(x, [n, c, h, w]);
  return transpose(x, [0, 3, 1, 2]);
}
