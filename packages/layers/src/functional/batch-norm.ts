import { ArgumentError, FUSED, hasFusedKernel, ShapeError } from "@kindling/core";
import {
  add,
  engine,
  mul,
  reshape,
  type Scalar,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  batchNorm as tfBatchNorm,
  tidy,
  type Variable,
} from "@tensorflow/tfjs-core";
import { offTape } from "./off-tape.ts";
import { type Statistics, standardize } from "./standardize.ts";

/** What {@link batchNorm} takes besides the statistics. */
export interface BatchNormOptions {
  /** `[c]`, multiplies each channel. @defaultValue null */
  weight?: Tensor1D | null;
  /** `[c]`, added to each channel. @defaultValue null */
  bias?: Tensor1D | null;
  /** True uses, and tracks, the batch's statistics; false the running ones. @defaultValue false */
  training?: boolean;
  /** The share of the new value in the running statistics, 0 to 1; a number or a scalar. @defaultValue 0.1 */
  momentum?: number | Scalar;
  /** Added to the variance. @defaultValue 1e-5 */
  eps?: number;
}

/**
 * Standardises each channel, which is the last axis, over all the others.
 *
 * Normalises with the biased variance and tracks the unbiased one, as PyTorch does.
 *
 * @param x - `[n, ..., c]`
 * @param runningMean - `[c]`, assigned to when training; null to track nothing.
 * @param runningVar - `[c]`, likewise.
 * @returns of the shape of `x`; the caller disposes it.
 * @throws {ShapeError} when `x` has other channels than the statistics, or one value a channel to train on.
 * @throws {ArgumentError} when not training and there are no running statistics.
 *
 * @example
 * ```ts
 * batchNorm(tensor2d([[1], [3]]), null, null, { training: true }); // => [[-1.0000], [1.0000]]
 * ```
 */
export function batchNorm<T extends Tensor>(
  x: T,
  runningMean: Variable | null,
  runningVar: Variable | null,
  options: BatchNormOptions = {},
): T {
  const { weight = null, bias = null, training = false, momentum = 0.1, eps = 1e-5 } = options;
  const channels = x.shape.at(-1) as number;
  const expected = (runningMean ?? weight ?? bias)?.size ?? channels;
  if (x.rank < 2 || channels !== expected) {
    throw new ShapeError("batchNorm", `[n, ..., ${expected}]`, x.shape);
  }
  if (!training) {
    if (runningMean === null || runningVar === null) {
      throw new ArgumentError("batchNorm: expected running statistics when not training, got null");
    }
    const [mean, variance] = [runningMean as Tensor as Tensor1D, runningVar as Tensor as Tensor1D];
    return tidy(() => {
      const rows = reshape<Tensor2D["rankType"]>(x, [-1, channels] as never) as Tensor2D;
      const y = tfBatchNorm(rows, mean, variance, bias ?? undefined, weight ?? undefined, eps);
      return reshape(y, x.shape) as T;
    });
  }
  const count = x.size / channels;
  if (count < 2) {
    throw new ShapeError("batchNorm", "with two or more values a channel to train on", x.shape);
  }
  return tidy(() => {
    const rows = reshape(x, [count, channels]) as Tensor2D;
    if (weight !== null && bias !== null && hasFusedKernel(FUSED.batchNorm)) {
      const inputs = { x: rows as Tensor, gamma: weight, beta: bias };
      const outputs = engine().runKernel<Tensor[]>(FUSED.batchNorm, inputs, { eps });
      const [y, mean, variance] = outputs as [Tensor, Tensor, Tensor];
      offTape(() => track({ mean, variance }, count, momentum, runningMean, runningVar));
      return reshape(y, x.shape) as T;
    }
    const { value, statistics } = standardize(rows, 0, eps);
    offTape(() => track(statistics, count, momentum, runningMean, runningVar));
    const scaled = weight === null ? value : mul(value, weight);
    return reshape(bias === null ? scaled : add(scaled, bias), x.shape) as T;
  });
}

function track(
  { mean, variance }: Statistics,
  count: number,
  momentum: number | Scalar,
  runningMean: Variable | null,
  runningVar: Variable | null,
): void {
  const towards = (running: Variable, value: Tensor): void =>
    running.assign(add(running, mul(sub(reshape(value, running.shape), running), momentum)));
  if (runningMean !== null) towards(runningMean, mean);
  if (runningVar !== null) towards(runningVar, mul(variance, count / (count - 1)));
}
