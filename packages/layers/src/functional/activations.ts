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

/** `max(0, x)`, of the shape of `x`. The caller disposes the result. */
export function relu<T extends Tensor>(x: T): T {
  return tfRelu(x);
}

/** `1 / (1 + exp(−x))`, of the shape of `x`. The caller disposes the result. */
export function sigmoid<T extends Tensor>(x: T): T {
  return tfSigmoid(x);
}

/** The hyperbolic tangent, of the shape of `x`. The caller disposes the result. */
export function tanh<T extends Tensor>(x: T): T {
  return tfTanh(x);
}

/** `x · sigmoid(x)`, also called swish, of the shape of `x`. The caller disposes the result. */
export function silu<T extends Tensor>(x: T): T {
  if (hasFusedKernel(FUSED.silu)) return engine().runKernel(FUSED.silu, { x }, {}) as T;
  return tidy(() => mul(x, tfSigmoid(x)));
}

export interface GeluOptions {
  /** `tanh` approximates the normal distribution's integral, as GPT-2 does. @defaultValue "none" */
  approximate?: "none" | "tanh";
}

/** `x · Φ(x)`, Φ being the normal distribution's integral; of the shape of `x`. The caller disposes the result. */
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

/** `x` where positive, `negativeSlope · x` elsewhere; of the shape of `x`. The caller disposes the result. */
export function leakyRelu<T extends Tensor>(x: T, negativeSlope: number = 0.01): T {
  return tfLeakyRelu(x, negativeSlope);
}

/** `x` where positive, `alpha · (exp(x) − 1)` elsewhere; of the shape of `x`. The caller disposes the result. */
export function elu<T extends Tensor>(x: T, alpha: number = 1): T {
  if (alpha === 1) return tfElu(x);
  return tidy(() => {
    const positive = tfRelu(x);
    return add(positive, mul(sub(tfElu(x), positive), alpha)) as T;
  });
}
