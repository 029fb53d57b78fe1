import { ones, type Tensor, zeros } from "@tensorflow/tfjs-core";
import { layerNorm } from "./functional/layer-norm.ts";
import { Module } from "./module.ts";
import { checkSize } from "./pair.ts";
import { Parameter } from "./parameter.ts";
import { python } from "./python.ts";

/** What {@link LayerNorm} takes besides the shape. */
export interface LayerNormLayerOptions {
  /** Added to the variance. @defaultValue 1e-5 */
  eps?: number;
  /** Learn a factor, and an offset, for each value. @defaultValue true */
  elementwiseAffine?: boolean;
  /** Learn the offset too. @defaultValue true */
  bias?: boolean;
}

/**
 * Standardises each sample over its last axes, as stored: the features of a token, say.
 *
 * | tensor           | shape                            |
 * | ---------------- | -------------------------------- |
 * | input, output    | `[...batch, ...normalizedShape]` |
 * | `weight`, `bias` | `normalizedShape`                |
 *
 * `weight` starts at 1, `bias` at 0.
 *
 * @throws {ShapeError} when the input's last axes are not `normalizedShape`.
 * @throws {ArgumentError} when a size is not an integer from 1.
 *
 * @example
 * ```ts
 * new LayerNorm(512).forward(ones([8, 100, 512])).shape; // => [8, 100, 512]
 * ```
 */
export class LayerNorm extends Module<Tensor, Tensor> {
  /** The last axes that are standardised together. */
  readonly normalizedShape: readonly number[];
  /** Added to the variance. */
  readonly eps: number;
  /** Of `normalizedShape`, multiplies; null without `elementwiseAffine`. */
  readonly weight: Parameter | null;
  /** Of `normalizedShape`, added; null without. */
  readonly bias: Parameter | null;

  constructor(
    normalizedShape: number | readonly number[],
    { eps = 1e-5, elementwiseAffine = true, bias = true }: LayerNormLayerOptions = {},
  ) {
    super();
    const shape = typeof normalizedShape === "number" ? [normalizedShape] : [...normalizedShape];
    for (const size of shape) checkSize("LayerNorm", "normalizedShape", size);
    this.normalizedShape = shape;
    this.eps = eps;
    this.weight = elementwiseAffine ? new Parameter(ones(shape)) : null;
    this.bias = elementwiseAffine && bias ? new Parameter(zeros(shape)) : null;
  }

  override forward<T extends Tensor>(x: T): T {
    return layerNorm(x, this.normalizedShape, this);
  }

  override extraRepr(): string {
    const { normalizedShape, eps, weight, bias } = this;
    return (
      `${python(normalizedShape)}, eps=${python(eps)}, ` +
      `elementwise_affine=${python(weight !== null)}, bias=${python(bias !== null)}`
    );
  }
}
