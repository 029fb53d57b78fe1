import type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import { flatten } from "./functional/flatten.ts";
import { Module } from "./module.ts";

/**
 * One row of features a sample, in PyTorch's order: channel by channel for images.
 *
 * | tensor | shape                              |
 * | ------ | ---------------------------------- |
 * | input  | `[n, h, w, c]`, or any of rank ≥ 2 |
 * | output | `[n, c · h · w]`                   |
 *
 * `startDim` and `endDim` count as in PyTorch, images as `[n, c, h, w]`, and join other axes.
 *
 * @typeParam Out - the output, when the axes are others.
 * @throws {ArgumentError} when the input has no such axes.
 *
 * @example
 * ```ts
 * new Flatten().forward(zeros([64, 7, 7, 32])).shape; // => [64, 1568]
 * ```
 */
export class Flatten<Out extends Tensor = Tensor2D> extends Module<Tensor, Out> {
  /** The first axis to join, counted as in PyTorch. @defaultValue 1 */
  readonly startDim: number;
  /** The last axis to join, counted as in PyTorch. @defaultValue -1 */
  readonly endDim: number;

  constructor(startDim: number = 1, endDim: number = -1) {
    super();
    this.startDim = startDim;
    this.endDim = endDim;
  }

  override forward(x: Tensor): Out {
    return flatten(x, this.startDim, this.endDim) as Out;
  }

  override extraRepr(): string {
    return `start_dim=${this.startDim}, end_dim=${this.endDim}`;
  }
}
