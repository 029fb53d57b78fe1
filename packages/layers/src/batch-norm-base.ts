import { ShapeError } from "@kindling/core";
import {
  add,
  cast,
  ones,
  type Rank,
  reciprocal,
  type Scalar,
  scalar,
  type Tensor,
  tidy,
  zeros,
} from "@tensorflow/tfjs-core";
import { Buffer } from "./buffer.ts";
import { batchNorm } from "./functional/batch-norm.ts";
import { offTape } from "./functional/off-tape.ts";
import { Module } from "./module.ts";
import { checkSize } from "./pair.ts";
import { Parameter } from "./parameter.ts";
import { python, pythonFloat } from "./python.ts";

/** What {@link BatchNorm1d} and {@link BatchNorm2d} take. */
export interface BatchNormLayerOptions {
  /** Added to the variance. @defaultValue 1e-5 */
  eps?: number;
  /** The share of the new value in the running statistics; null for the mean of all. @defaultValue 0.1 */
  momentum?: number | null;
  /** Learn a factor and an offset a channel. @defaultValue true */
  affine?: boolean;
  /** Keep running statistics for evaluation; without, it always uses the batch's. @defaultValue true */
  trackRunningStats?: boolean;
}

/** What BatchNorm1d and BatchNorm2d share: all but which inputs they take. */
export abstract class BatchNorm<X extends Tensor> extends Module<X, X> {
  /** Length of the last axis, `c`. */
  readonly numFeatures: number;
  /** Added to the variance. */
  readonly eps: number;
  /** The share of the new value in the running statistics; null for the mean of all. */
  readonly momentum: number | null;
  /** True when `weight` and `bias` are learned. */
  readonly affine: boolean;
  /** True when running statistics are kept for evaluation. */
  readonly trackRunningStats: boolean;
  /** `[c]`, multiplies; null unless `affine`. */
  readonly weight: Parameter<Rank.R1> | null;
  /** `[c]`, added; null unless `affine`. */
  readonly bias: Parameter<Rank.R1> | null;
  /** `[c]`, starts at 0; null when not tracked. */
  readonly runningMean: Buffer<Rank.R1> | null;
  /** `[c]`, the unbiased variance, starts at 1; null when not tracked. */
  readonly runningVar: Buffer<Rank.R1> | null;
  /** An int32 scalar: batches trained on; null when not tracked. */
  readonly numBatchesTracked: Buffer<Rank.R0> | null;

  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) {
    super();
    const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats: track = true } = options;
    checkSize(this.constructor.name, "numFeatures", numFeatures);
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.affine = affine;
    this.trackRunningStats = track;
    const shape: [number] = [numFeatures];
    this.weight = affine ? new Parameter<Rank.R1>(ones(shape)) : null;
    this.bias = affine ? new Parameter<Rank.R1>(zeros(shape)) : null;
    this.runningMean = track ? new Buffer<Rank.R1>(zeros(shape), { name: "running_mean" }) : null;
    this.runningVar = track ? new Buffer<Rank.R1>(ones(shape), { name: "running_var" }) : null;
    this.numBatchesTracked = track
      ? new Buffer<Rank.R0>(scalar(0, "int32"), { name: "num_batches_tracked" })
      : null;
  }

  /** What it takes, in brackets, by rank. */
  protected abstract get inputs(): Readonly<Record<number, string>>;

  protected normalized<T extends X>(x: T): T {
    const { numFeatures, weight, bias, eps, runningMean, runningVar } = this;
    if (this.inputs[x.rank] === undefined || x.shape.at(-1) !== numFeatures) {
      const expected = Object.values(this.inputs).map((axes) => `[${axes}, ${numFeatures}]`);
      throw new ShapeError(this.constructor.name, expected.join(" or "), x.shape);
    }
    const training = this.training || runningMean === null;
    return tidy(() => {
      const momentum = this.training ? this.#nextMomentum() : 0;
      const options = { weight, bias, training, momentum, eps };
      return batchNorm(x, runningMean, runningVar, options);
    });
  }

  #nextMomentum(): number | Scalar {
    const count = this.numBatchesTracked;
    if (count === null) return 0;
    return offTape(() => {
      count.assign(add(count, scalar(1, "int32")));
      return this.momentum ?? (reciprocal(cast(count, "float32")) as Scalar);
    });
  }

  override extraRepr(): string {
    const { numFeatures, eps, momentum, affine, bias, trackRunningStats } = this;
    return (
      `${numFeatures}, eps=${python(eps)}, momentum=${momentum === null ? "None" : pythonFloat(momentum)}, ` +
      `affine=${python(affine)}, bias=${python(bias !== null)}, ` +
      `track_running_stats=${python(trackRunningStats)}`
    );
  }
}
