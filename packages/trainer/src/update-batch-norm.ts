import { onesLike, scalar, tidy, type Variable, zerosLike } from "@tensorflow/tfjs-core";
import { disposeTensors, owned } from "./clone-tensors.ts";
import type { Batches, TrainableModel } from "./interfaces.ts";
import { checkLimit, paced } from "./paced.ts";
import { inputOf, type PredictBatch, unpackPair } from "./parts.ts";

/** A model whose layers can be found: a `Module`. */
export interface ModelOfModules<Input> extends TrainableModel<Input, unknown> {
  /** The layers within it, among which those with running statistics are looked for. */
  readonly modules: () => Iterable<object>;
}

/** How much {@link updateBatchNorm} runs through the model. */
export interface UpdateBatchNormOptions<Input, Batch> {
  /** Batches at most. @defaultValue all */
  limitBatches?: number;
  /** Picks input and target out of a batch of another shape. @defaultValue the batch is `[input, target]` */
  unpack?: (batch: Batch) => readonly [Input, unknown];
}

/** A batch normalization that keeps running statistics. */
interface RunningStatistics {
  readonly runningMean: Variable;
  readonly runningVar: Variable;
  readonly numBatchesTracked: Variable;
  momentum: number | null;
}

/**
 * Measures the statistics of batch normalization layers anew, as the mean over the loader's batches:
 * `torch.optim.swa_utils.update_bn`. For weights that are an average, which no batch has run through.
 *
 * Runs the model once over the loader in training mode and puts it back in the mode it was in. Does
 * nothing where no layer keeps statistics.
 *
 * @param loader - batches as in training, whose targets are ignored, or of the input alone.
 * @throws {ArgumentError} when the loader is empty or the limit is out of range.
 *
 * @example
 * ```ts
 * await updateBatchNorm(loader, model); // after a run with swa
 * ```
 */
export async function updateBatchNorm<Input, Batch = readonly [Input, unknown]>(
  loader: Batches<NoInfer<PredictBatch<Input, Batch>>>,
  model: ModelOfModules<Input>,
  { limitBatches, unpack = unpackPair }: UpdateBatchNormOptions<Input, Batch> = {},
): Promise<void> {
  const where = "updateBatchNorm";
  checkLimit(where, "limitBatches", limitBatches);
  const layers = [...model.modules()].filter(keepsStatistics);
  if (layers.length === 0) return;
  const momenta = layers.map(({ momentum }) => momentum);
  const { training } = model;
  model.train();
  for (const layer of layers) {
    restart(layer);
    // The mean over all batches, instead of one that forgets.
    layer.momentum = null;
  }
  try {
    for await (const batch of paced(loader, { where, limit: limitBatches })) {
      disposeTensors(owned(() => model.forward(inputOf(batch, unpack))));
    }
  } finally {
    layers.forEach((layer, i) => {
      layer.momentum = momenta[i] ?? null;
    });
    if (!training) model.eval();
  }
}

function keepsStatistics(module: object): module is RunningStatistics {
  const { runningMean, runningVar, numBatchesTracked } = module as Partial<RunningStatistics>;
  return Boolean(runningMean && runningVar && numBatchesTracked);
}

function restart({ runningMean, runningVar, numBatchesTracked }: RunningStatistics): void {
  tidy(() => {
    runningMean.assign(zerosLike(runningMean));
    runningVar.assign(onesLike(runningVar));
    numBatchesTracked.assign(scalar(0, "int32"));
  });
}
