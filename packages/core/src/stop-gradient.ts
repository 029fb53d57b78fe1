import { engine, type Tensor } from "@tensorflow/tfjs-core";

/**
 * Returns the tensor's values as a constant: `torch.Tensor.detach`.
 *
 * Nothing before it gets a gradient through it: a parameter that the loss depends on in no other way
 * gets null. It shares the data of `x` and costs nothing; the caller disposes it, `x` stays as it is.
 *
 * @example
 * ```ts
 * const x = tensor1d([3]);
 * valueAndGrad(() => sum(mul(x, stopGradient(x))), [x]).gradients; // => [[3]]; without it [[6]]
 * ```
 */
export function stopGradient<T extends Tensor>(x: T): T {
  const runtime = engine();
  // A second owner of the same data that no tape has recorded.
  runtime.backend.incRef(x.dataId);
  return runtime.makeTensorFromTensorInfo(x) as T;
}
