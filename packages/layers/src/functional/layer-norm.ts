import { FUSED, hasFusedKernel, ShapeError } from "@kindling/core";
import { add, engine, mul, reshape, type Tensor, type Tensor2D, tidy } from "@tensorflow/tfjs-core";
import { standardize } from "./standardize.ts";

/** What {@link layerNorm} takes besides the shape. */
export interface LayerNormOptions {
  /** `[...normalizedShape]`, multiplies each value. @defaultValue null */
  weight?: Tensor | null;
  /** `[...normalizedShape]`, added to each value. @defaultValue null */
  bias?: Tensor | null;
  /** Added to the variance. @defaultValue 1e-5 */
  eps?: number;
}

/**
 * Standardises each sample over its last axes, as stored.
 *
 * @param x - `[...batch, ...normalizedShape]`
 * @returns of the shape of `x`; the caller disposes it.
 * @throws {ShapeError} when the last axes of `x` are not `normalizedShape`.
 *
 * @example
 * ```ts
 * layerNorm(tensor2d([[1, 3], [2, 6]]), [2]); // => [[-1.0000, 1.0000], [-1.0000, 1.0000]]
 * ```
 */
export function layerNorm<T extends Tensor>(
  x: T,
  normalizedShape: readonly number[],
  { weight = null, bias = null, eps = 1e-5 }: LayerNormOptions = {},
): T {
  const last = x.shape.slice(x.rank - normalizedShape.length);
  if (last.join() !== normalizedShape.join()) {
    throw new ShapeError("layerNorm", `[..., ${normalizedShape.join(", ")}]`, x.shape);
  }
  const size = normalizedShape.reduce((a, b) => a * b, 1);
  return tidy(() => {
    if (weight !== null && bias !== null && hasFusedKernel(FUSED.layerNorm)) {
      const inputs = {
        x: reshape(x, [-1, size]) as Tensor,
        gamma: reshape(weight, [size]) as Tensor,
        beta: reshape(bias, [size]) as Tensor,
      };
      const [y] = engine().runKernel<Tensor[]>(FUSED.layerNorm, inputs, { eps });
      return reshape(y as Tensor, x.shape) as T;
    }
    const { value } = standardize(reshape(x, [-1, size]) as Tensor2D, 1, eps);
    const y = reshape(value, x.shape);
    const scaled = weight === null ? y : mul(y, weight);
    return (bias === null ? scaled : add(scaled, bias)) as T;
  });
}
