import { ArgumentError, defaultGenerator, type Generator } from "@kindling/core";
import { dispose } from "@tensorflow/tfjs-core";
import type { Callback } from "./callback.ts";
import { assignAll, copies, type ModelWeights, weightsOf } from "./callbacks/weights.ts";
import type { Batches, Loss, Stepper, TrainableModel } from "./interfaces.ts";
import { unpackPair } from "./parts.ts";
import { suggestRate } from "./suggest-rate.ts";
import { Trainer } from "./trainer.ts";

/** An optimizer whose rates can be set and whose memory can be put back. */
export interface SweepableOptimizer<State> extends Stepper {
  /** All of them get the step's rate. */
  readonly paramGroups: readonly { lr: number }[];
  /** Its memory and rates, before the sweep. */
  readonly stateDict: () => Promise<State>;
  /** Puts back, after the sweep, what `stateDict` gave. */
  readonly loadStateDict: (state: State) => void;
}

/** What is trained, as a trainer takes it. */
export interface SweepParts<Input, Output, Target, Batch, State> {
  /** Its weights and mode are put back. */
  readonly model: TrainableModel<Input, Output> & ModelWeights;
  /** The mean over a batch. */
  readonly loss: Loss<Output, Target>;
  /** Its memory and rates are put back. */
  readonly optimizer: SweepableOptimizer<State>;
  /** As `TrainerOptions.unpack`. @defaultValue the batch is `[input, target]` */
  readonly unpack?: (batch: Batch) => readonly [Input, Target];
}

/** Which rates {@link findLearningRate} tries, and when it ends. */
export interface FindLearningRateOptions {
  /** The first rate, above 0. @defaultValue 1e-7 */
  from?: number;
  /** The last rate, above the first. @defaultValue 10 */
  to?: number;
  /** Steps from the first to the last, 2 or more; a short loader is iterated again. @defaultValue 100 */
  steps?: number;
  /** The share of the old loss that stays in the smoothed one, from 0 to below 1. @defaultValue 0.98 */
  smoothing?: number;
  /** Ends the sweep once the smoothed loss is this many times its best, above 1. @defaultValue 4 */
  divergence?: number;
  /** Set back to where they were, with the default one: those that the loader draws from. @defaultValue none */
  generators?: readonly Generator[];
}

/** One step of a sweep. */
export interface LearningRatePoint {
  /** The rate of this step. */
  readonly lr: number;
  /** Of the batch, before the step with this rate. */
  readonly loss: number;
  /** Its moving average, freed of the bias towards 0 at the start. */
  readonly smoothed: number;
}

/** What {@link findLearningRate} saw. */
export interface LearningRateSweep {
  /** To plot, by rate on a logarithmic axis. */
  readonly points: readonly LearningRatePoint[];
  /** fastai's: the rate in the middle of the smoothed loss's longest fall; null when it falls nowhere. */
  readonly suggestion: number | null;
  /** Whether the loss ended it before the last rate. */
  readonly diverged: boolean;
}

/**
 * Trains a little with ever larger learning rates, to see which are too small, good and too large: the
 * range test of Lightning's and fastai's `lr_find`. Reads the loss at each step.
 *
 * Weights, the optimizer's state and rates, random generators and the model's mode are put back, also
 * after an error. All parameter groups get the same rate.
 *
 * @throws {ArgumentError} when an option is out of range, or the loader is empty.
 *
 * @example
 * ```ts
 * const { suggestion } = await findLearningRate({ model, loss, optimizer }, loader);
 * for (const group of optimizer.paramGroups) group.lr = suggestion ?? group.lr;
 * ```
 */
export async function findLearningRate<
  Input,
  Output,
  Target,
  State,
  Batch = readonly [Input, Target],
>(
  { model, loss, optimizer, unpack = unpackPair }: SweepParts<Input, Output, Target, Batch, State>,
  loader: Batches<NoInfer<Batch>>,
  {
    from = 1e-7,
    to = 10,
    steps = 100,
    smoothing = 0.98,
    divergence = 4,
    generators = [],
  }: FindLearningRateOptions = {},
): Promise<LearningRateSweep> {
  const settings = { from, to, steps, smoothing, divergence };
  check(settings);
  const { callback, result } = sweep(optimizer, settings);
  const putBack = await rememberAll(model, optimizer, [defaultGenerator, ...generators]);
  try {
    const trainer = new Trainer({ model, loss, optimizer, unpack, callbacks: [callback] });
    await trainer.fit(repeated<Batch>(loader), { epochs: 1, limitTrainBatches: steps });
    return result();
  } finally {
    putBack();
  }
}

type Settings = Required<Omit<FindLearningRateOptions, "generators">>;

function sweep(
  { paramGroups }: { readonly paramGroups: readonly { lr: number }[] },
  { from, to, steps, smoothing, divergence }: Settings,
): { readonly callback: Callback; readonly result: () => LearningRateSweep } {
  const points: LearningRatePoint[] = [];
  let average = 0;
  let best = Number.POSITIVE_INFINITY;
  let diverged = false;
  const rateAt = (step: number): number => from * (to / from) ** ((step - 1) / (steps - 1));

  const callback: Callback = {
    name: "findLearningRate",

    onBatchStart({ step }) {
      for (const group of paramGroups) group.lr = rateAt(step);
    },

    async onBatchEnd({ step, loss, stop }) {
      const value = await loss();
      average = smoothing * average + (1 - smoothing) * value;
      const smoothed = average / (1 - smoothing ** step);
      diverged = !Number.isFinite(smoothed) || smoothed > divergence * best;
      if (Number.isFinite(smoothed)) points.push({ lr: rateAt(step), loss: value, smoothed });
      if (diverged) stop("the loss diverged");
      best = Math.min(best, smoothed);
    },
  };
  return { callback, result: () => ({ points, suggestion: suggestRate(points), diverged }) };
}

/** @returns what puts everything back. */
async function rememberAll<State>(
  model: ModelWeights & Pick<TrainableModel<never, unknown>, "training" | "train" | "eval">,
  optimizer: SweepableOptimizer<State>,
  generators: readonly Generator[],
): Promise<() => void> {
  const state = await optimizer.stateDict();
  const { training } = model;
  const draws = generators.map((generator) => generator.getState());
  const variables = weightsOf(model);
  const weights = copies(variables);
  return () => {
    assignAll(variables, weights);
    dispose(weights);
    optimizer.loadStateDict(state);
    generators.forEach((generator, i) => {
      const drawn = draws[i];
      if (drawn !== undefined) generator.setState(drawn);
    });
    if (training) model.train();
    else model.eval();
  };
}

/** The loader over and over, until it gives nothing. */
function repeated<Batch>(loader: Batches<Batch>): Batches<Batch> {
  return {
    length: Number.POSITIVE_INFINITY,
    async *[Symbol.asyncIterator]() {
      let any = true;
      while (any) {
        any = false;
        for await (const batch of loader) {
          any = true;
          yield batch;
        }
      }
    },
  };
}

function check({ from, to, steps, smoothing, divergence }: Settings): void {
  const rates = from > 0 && to > from && to < Number.POSITIVE_INFINITY;
  const rules: [name: string, valid: boolean, range: string, got: unknown][] = [
    ["from and to", rates, "0 < from < to", `${from} and ${to}`],
    ["steps", Number.isInteger(steps) && steps >= 2, "an integer from 2", steps],
    ["smoothing", smoothing >= 0 && smoothing < 1, "from 0 to below 1", smoothing],
    ["divergence", divergence > 1, "above 1", divergence],
  ];
  for (const [name, valid, range, got] of rules) {
    if (valid) continue;
    throw new ArgumentError(`findLearningRate: expected ${name} to be ${range}, got ${got}`);
  }
}
