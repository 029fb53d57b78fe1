import { FUSED, hasFusedKernel } from "@kindling/core";
import {
  add,
  engine,
  erf,
  mul,
  sub,
  type Tensor,
  elu as tfElu,
  leakyRelu as tfLeakyRelu,
  relu as tfRelu,
  sigmoid as tfSigmoid,
  tanh as tfTanh,
  tidy,
} from "@tensorflow/tfjs-core";

/**
 * `max(0, x)`, of the shape of `x`. The caller disposes the result.
 *
 * @example
 * ```ts
 * relu(tensor1d([-1, 0, 2])); // => [0, 0, 2]
 * ```
 */
export function relu<T extends Tensor>(x: T): T {
  return tfRelu(x);
}

/**
 * `1 / (1 + exp(−x))`, of the shape of `x`. The caller disposes the result.
 *
 * @example
 * ```ts
 * sigmoid(tensor1d([-1, 0, 2])); // => [0.2689, 0.5, 0.8808]
 * ```
 */
export function sigmoid<T extends Tensor>(x: T): T {
  return tfSigmoid(x);
}

/**
 * The hyperbolic tangent, of the shape of `x`. The caller disposes the result.
 *
 * @example
 * ```ts
 * tanh(tensor1d([-1, 0, 2])); // => [-0.7616, 0, 0.9640]
 * ```
 */
export function tanh<T extends Tensor>(x: T): T {
  return tfTanh(x);
}

/**
 * `x · sigmoid(x)`, also called swish, of the shape of `x`. The caller disposes the result.
 *
 * @example
 * ```ts
 * silu(tensor1d([-1, 0, 2])); // => [-0.2689, 0, 1.7616]
 * ```
 */
export function silu<T extends Tensor>(x: T): T {
  if (hasFusedKernel(FUSED.silu)) return engine().runKernel(FUSED.silu, { x }, {}) as T;
  return tidy(() => mul(x, tfSigmoid(x)));
}

/** Which formula {@link gelu} uses. */
export interface GeluOptions {
  /** `tanh` approximates the normal distribution's integral, as GPT-2 does. @defaultValue "none" */
  approximate?: "none" | "tanh";
}

/**
 * `x · Φ(x)`, Φ being the normal distribution's integral; of the shape of `x`. The caller disposes the result.
 *
 * @example
 * ```ts
 * gelu(tensor1d([-1, 0, 2])); // => [-0.1587, 0, 1.9545]
 * ```
 */
export function gelu<T extends Tensor>(x: T, { approximate = "none" }: GeluOptions = {}): T {
  if (hasFusedKernel(FUSED.gelu)) {
    const attributes = { approximate: approximate === "tanh" };
    return engine().runKernel(FUSED.gelu, { x }, attributes) as T;
  }
  return tidy(() => {
    const inner =
      approximate === "none"
        ? erf(mul(x, Math.SQRT1_2))
        : tfTanh(mul(add(x, mul(mul(mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI)));
    return mul(mul(x, 0.5), add(inner, 1));
  });
}

/**
 * `x` where positive, `negativeSlope · x` (0.01 by default) elsewhere; of the shape of `x`. The caller disposes the result.
 *
 * @example
 * ```ts
 * leakyRelu(tensor1d([-1, 0, 2]), 0.1); // => [-0.1, 0, 2]
 * ```
 */
export function leakyRelu<T extends Tensor>(x: T, negativeSlope: number = 0.01): T {
  return tfLeakyRelu(x, negativeSlope);
}

/**
 * `x` where positive, `alpha · (exp(x) − 1)` elsewhere, `alpha` being 1 by default; of the shape of `x`. The caller disposes the result.
 *
 * @example
 * ```ts
 * elu(tensor1d([-1, 0, 2])); // => [-0.6321, 0, 2]
 * ```
 */
export function elu<T extends Tensor>(x: T, alpha: number = 1): T {
  if (alpha === 1) return tfElu(x);
  return tidy(() => {
    const positive = tfRelu(x);
    return add(positive, mul(sub(tfElu(x), positive), alpha)) as T;
  });
}
