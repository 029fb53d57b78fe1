import { ArgumentError, type CrossEntropyAttributes, FUSED, hasFusedKernel } from "@kindling/core";
import {
  add,
  customGrad,
  div,
  engine,
  mul,
  type NamedTensorMap,
  neg,
  reshape,
  type Scalar,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  logSoftmax as tfLogSoftmax,
  softmax as tfSoftmax,
  tidy,
} from "@tensorflow/tfjs-core";
import { type ClassLossOptions, checkClassLoss, classTargets } from "./class-targets.ts";
import { offTape } from "./off-tape.ts";
import {
  checkReduction,
  checkSameShape,
  type Reduced,
  type Reduction,
  type ReductionOptions,
  reduced,
} from "./reduction.ts";

/** What {@link crossEntropy} takes besides scores and target. */
export interface CrossEntropyOptions<R extends Reduction = "mean">
  extends ClassLossOptions,
    ReductionOptions<R> {
  /** The share of the target that is spread evenly over the classes, 0 to 1. @defaultValue 0 */
  labelSmoothing?: number;
}

/**
 * The cross-entropy of logits with class indices or with probabilities.
 *
 * An index that is no class is an error where the backend sees it at no cost, which wasm does; elsewhere
 * it makes the loss NaN, since nothing is read from the device.
 *
 * @param logits - `[n, ..., classes]`
 * @param target - int32 class indices `[n, ...]`, or float32 probabilities of the shape of `logits`.
 * @returns a scalar, or `[n, ...]` with reduction `none`; the caller disposes it.
 * @throws {ShapeError} when the shapes do not fit.
 * @throws {ArgumentError} when the target is neither or, on wasm, an index no class; or an option is
 *   out of its range.
 *
 * @example
 * ```ts
 * const logits = tensor2d([[2, 0], [0, 2]]);
 * crossEntropy(logits, tensor1d([0, 1], "int32")); // => 0.1269
 * crossEntropy(logits, tensor1d([0, 0], "int32"), { reduction: "none" }); // => [0.1269, 2.1269]
 * ```
 */
export function crossEntropy<R extends Reduction = "mean">(
  logits: Tensor,
  target: Tensor,
  options: CrossEntropyOptions<R> = {},
): Reduced<R> {
  const { reduction = "mean", labelSmoothing = 0, weight = null } = options;
  checkReduction("crossEntropy", reduction);
  checkSmoothing("crossEntropy", labelSmoothing);
  const classes = logits.shape.at(-1) as number;
  if (target.dtype === "float32" && target.rank === logits.rank) {
    checkSameShape("crossEntropy", logits, target);
    return tidy(() => {
      const smooth =
        labelSmoothing === 0
          ? target
          : add(mul(target, 1 - labelSmoothing), labelSmoothing / classes);
      const targets = weight === null ? smooth : mul(smooth, weight);
      const losses = neg(sum(mul(targets, tfLogSoftmax(logits)), -1));
      return reduced<R>(losses, reduction);
    });
  }
  checkClassLoss("crossEntropy", logits, target, weight);
  return tidy(() => {
    const rows = reshaped(logits, [-1, classes]) as Tensor2D;
    if (hasFusedKernel(FUSED.crossEntropy)) {
      const losses = fused(rows, reshaped(target, [-1]), options);
      return reshaped(losses, reduction === "none" ? target.shape : []) as Reduced<R>;
    }
    const { targets, total } = offTape(() =>
      classTargets(target, classes, options, labelSmoothing),
    );
    const losses = softmaxCrossEntropy(rows, targets, reduction !== "none");
    if (reduction === "none") return reshape(losses, target.shape) as Reduced<R>;
    return (reduction === "mean" ? div(losses, total) : losses) as Reduced<R>;
  });
}

function fused(
  logits: Tensor2D,
  labels: Tensor,
  {
    weight = null,
    ignoreIndex = -100,
    labelSmoothing = 0,
    reduction = "mean",
  }: CrossEntropyOptions<Reduction>,
): Tensor {
  const attributes: CrossEntropyAttributes = { ignoreIndex, smoothing: labelSmoothing, reduction };
  const [kernel, inputs] =
    weight === null
      ? [FUSED.crossEntropy, { logits, labels }]
      : [FUSED.weightedCrossEntropy, { logits, labels, weight }];
  const outputs = engine().runKernel<Tensor[]>(kernel, inputs as NamedTensorMap, { ...attributes });
  return outputs[0] as Tensor;
}

function reshaped(x: Tensor, shape: number[]): Tensor {
  return x.rank === shape.length ? x : reshape(x, shape);
}

/** `−Σ targets · log softmax(logits)`, by row or in all; `targets` are constants and need not sum to 1. */
function softmaxCrossEntropy(logits: Tensor2D, targets: Tensor2D, total: boolean): Tensor {
  const op = customGrad((...inputs) => {
    const [input, save] = inputs as [Tensor2D, (tensors: Tensor[]) => void];
    save([input, targets]);
    const products = mul(targets, tfLogSoftmax(input));
    const value = neg(total ? sum(products) : sum(products, 1));
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => {
      const [savedInput, savedTargets] = saved as [Tensor2D, Tensor2D];
      const mass = sum(savedTargets, 1, true);
      const slope = sub(mul(tfSoftmax(savedInput), mass), savedTargets);
      return mul(slope, total ? dy : reshape(dy, [-1, 1]));
    };
    return { value: value as Scalar, gradFunc };
  });
  return op(logits);
}

/** @throws {ArgumentError} when `smoothing` is not from 0 to 1. */
export function checkSmoothing(where: string, smoothing: number): void {
  if (!(smoothing >= 0 && smoothing <= 1)) {
    throw new ArgumentError(`${where}: expected labelSmoothing from 0 to 1, got ${smoothing}`);
  }
}
