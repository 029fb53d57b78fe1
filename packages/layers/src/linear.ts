import { defaultGenerator, type Generator } from "@kindling/core";
import type { Rank, Tensor } from "@tensorflow/tfjs-core";
import { defaultBound } from "./fan.ts";
import { checkFeatures, linear } from "./functional/linear.ts";
import { Module } from "./module.ts";
import { checkSize } from "./pair.ts";
import type { Parameter } from "./parameter.ts";
import { python } from "./python.ts";
import { uniformParameter } from "./uniform-parameter.ts";

/** What {@link Linear} takes besides its sizes. */
export interface LinearOptions {
  /** Learn an additive bias. @defaultValue true */
  bias?: boolean;
  /** Where the initial values come from. @defaultValue `defaultGenerator` */
  generator?: Generator;
}

/**
 * Affine map of the last axis: `y = x · Wᵀ + b`.
 *
 * | tensor   | shape                       |
 * | -------- | --------------------------- |
 * | input    | `[...batch, inFeatures]`    |
 * | output   | `[...batch, outFeatures]`   |
 * | `weight` | `[outFeatures, inFeatures]` |
 * | `bias`   | `[outFeatures]`             |
 *
 * Both parameters start uniform in ±1/√inFeatures, bit for bit as PyTorch's.
 *
 * @throws {ShapeError} when the input's last axis is not `inFeatures`.
 * @throws {ArgumentError} when a size is not an integer from 1.
 *
 * @example
 * ```ts
 * const layer = new Linear(20, 30);
 * layer.forward(zeros([128, 20])).shape; // => [128, 30]
 * ```
 */
export class Linear extends Module<Tensor, Tensor> {
  /** Length of the input's last axis. */
  readonly inFeatures: number;
  /** Length of the output's last axis. */
  readonly outFeatures: number;
  /** `[outFeatures, inFeatures]`, as PyTorch stores it. */
  readonly weight: Parameter<Rank.R2>;
  /** `[outFeatures]`, or null. */
  readonly bias: Parameter<Rank.R1> | null;

  constructor(
    inFeatures: number,
    outFeatures: number,
    { bias = true, generator = defaultGenerator }: LinearOptions = {},
  ) {
    super();
    checkSize("Linear", "inFeatures", inFeatures);
    checkSize("Linear", "outFeatures", outFeatures);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.weight = uniformParameter([outFeatures, inFeatures], defaultBound(inFeatures), generator);
    this.bias = bias ? uniformParameter([outFeatures], 1 / Math.sqrt(inFeatures), generator) : null;
  }

  override forward<T extends Tensor>(x: T): T {
    checkFeatures("Linear", x, this.inFeatures);
    return linear(x, this.weight, this.bias);
  }

  override extraRepr(): string {
    const { inFeatures, outFeatures, bias } = this;
    return `in_features=${inFeatures}, out_features=${outFeatures}, bias=${python(bias !== null)}`;
  }
}
