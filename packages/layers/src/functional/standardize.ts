import {
  add,
  customGrad,
  engine,
  mean,
  mul,
  rsqrt,
  square,
  sub,
  type Tensor,
  type Tensor2D,
} from "@tensorflow/tfjs-core";
import { offTape } from "./off-tape.ts";

/** Both `[1, columns]` or `[rows, 1]`, the variance divided by the count. */
export interface Statistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * `(x − mean) / √(variance + eps)` along one axis of a matrix, with the gradient in one formula: the
 * chain through mean and variance would be some forty ops. Run it in a `tidy`.
 *
 * @param axis - what is averaged over: 0 for batch norm, 1 for layer norm.
 */
export function standardize(
  x: Tensor2D,
  axis: 0 | 1,
  eps: number,
): { value: Tensor2D; statistics: Statistics } {
  // Outside the op, so that it may save them: they are no inputs of its own.
  const statistics = offTape(() => measure(x, axis));
  const scale = offTape(() => rsqrt(add(statistics.variance, eps)));
  const op = customGrad((...inputs) => {
    const [input, save] = inputs as [Tensor2D, (tensors: Tensor[]) => void];
    const value = mul<Tensor2D>(sub(input, statistics.mean), scale);
    save([input, value, scale]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => {
      const [savedInput, savedValue, savedScale] = saved as [Tensor, Tensor, Tensor];
      // For a second derivative, value and scale must be seen to depend on the input.
      const [normal, factor] = engine().isTapeOn()
        ? recompute(savedInput, axis, eps)
        : [savedValue, savedScale];
      const centred = sub(dy, mean(dy, axis, true));
      const along = mul(normal, mean(mul(dy, normal), axis, true));
      return mul(sub(centred, along), factor);
    };
    return { value, gradFunc };
  });
  return { value: op(x), statistics };
}

function measure(x: Tensor, axis: 0 | 1): Statistics {
  const average = mean(x, axis, true);
  return { mean: average, variance: mean(square(sub(x, average)), axis, true) };
}

function recompute(x: Tensor, axis: 0 | 1, eps: number): [value: Tensor, scale: Tensor] {
  const statistics = measure(x, axis);
  const scale = rsqrt(add(statistics.variance, eps));
  return [mul(sub(x, statistics.mean), scale), scale];
}
