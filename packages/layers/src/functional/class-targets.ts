import { ArgumentError, ShapeError } from "@kindling/core";
import {
  add,
  cast,
  div,
  equal,
  mul,
  oneHot,
  reshape,
  scalar,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
} from "@tensorflow/tfjs-core";

/** Which classes count, and how much. */
export interface ClassLossOptions {
  /** `[classes]`, how much each class counts. @defaultValue null */
  weight?: Tensor1D | null;
  /** Samples of this class, which need not exist, count nothing. @defaultValue -100 */
  ignoreIndex?: number;
}

/** `[rows, classes]`: what each row's log-probabilities are multiplied by. */
export interface ClassTargets {
  readonly targets: Tensor2D;
  /** A scalar: the sum of the weights of the samples that count. */
  readonly total: Tensor;
}

/**
 * Class indices as weighted rows; all on the device. Run it in a `tidy`.
 *
 * A row whose index is neither a class nor ignored becomes NaN, and so does the loss: indices on a
 * device cannot be checked without waiting for it.
 *
 * @param smoothing - the share of each row that is spread evenly over the classes.
 */
export function classTargets(
  labels: Tensor,
  classes: number,
  { weight = null, ignoreIndex = -100 }: ClassLossOptions,
  smoothing: number,
): ClassTargets {
  const rows = reshape(labels, [-1]) as Tensor1D;
  const hot = oneHot(rows, classes, 1, 0, "float32") as Tensor2D;
  const hits = sum(hot, 1, true);
  const ignorable = ignoreIndex >= 0 && ignoreIndex < classes;
  // 0 / 0 where a row has hit no class.
  const plain = ignorable
    ? mul(div(hot, hits), without(ignoreIndex, classes))
    : div(hot, add(hits, reshape(ignored(rows, ignoreIndex), [-1, 1])));
  const weighted = weight === null ? plain : mul(plain, weight);
  const total = sum(weighted);
  if (smoothing === 0) return { targets: weighted as Tensor2D, total };
  const counted = sum(plain, 1, true); // [rows, 1], 0 where ignored
  const share = smoothing / classes;
  const even = weight === null ? mul(counted, share) : mul(mul(counted, weight), share);
  return { targets: add(mul(weighted, 1 - smoothing), even), total };
}

function ignored(labels: Tensor1D, ignoreIndex: number): Tensor {
  return cast(equal(labels, scalar(ignoreIndex, "int32")), "float32");
}

function without(index: number, classes: number): Tensor1D {
  return tensor1d(Float32Array.from({ length: classes }, (_, i) => (i === index ? 0 : 1)));
}

/**
 * @throws {ShapeError} when indices are not one a row of scores.
 * @throws {ArgumentError} when they are not int32, or the weights not one a class.
 */
export function checkClassLoss(
  where: string,
  scores: Tensor,
  labels: Tensor,
  weight: Tensor1D | null,
): void {
  const classes = scores.shape.at(-1) as number;
  if (labels.dtype !== "int32") {
    throw new ArgumentError(
      `${where}: expected class indices of dtype int32, got ${labels.dtype} [${labels.shape.join(", ")}]`,
    );
  }
  if (scores.rank < 2 || scores.shape.slice(0, -1).join() !== labels.shape.join()) {
    throw new ShapeError(
      where,
      `[${[...labels.shape, "classes"].join(", ")}] for class indices [${labels.shape.join(", ")}]`,
      scores.shape,
    );
  }
  if (weight !== null && weight.size !== classes) {
    throw new ArgumentError(`${where}: expected ${classes} class weights, got ${weight.size}`);
  }
}
