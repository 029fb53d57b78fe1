import { ArgumentError, type Generator } from "@kindling/core";
import type { Callback } from "./callback.ts";
import { disposeTensors, owned } from "./clone-tensors.ts";
import type { FittingBatches } from "./fitting-batches.ts";
import { type EpochRecord, type History, prefixed } from "./history.ts";
import type { Batches, Loss, Metric, Stepper, TrainableModel } from "./interfaces.ts";
import { inEvaluationMode, measure } from "./measure.ts";
import { MetricSet } from "./metric-set.ts";
import { checkLimit, paced } from "./paced.ts";
import { inputOf, type Parts, type PredictBatch, unpackPair } from "./parts.ts";
import { Progress } from "./progress.ts";
import { Run } from "./run.ts";
import type { RunState } from "./run-state.ts";
import { trainEpoch } from "./train-epoch.ts";

/** What a {@link Trainer} is made of. */
export interface TrainerOptions<Input, Output, Target, Key extends string, Batch> {
  /** A `Module`, or anything with `forward`, `train`, `eval` and `training`. */
  readonly model: TrainableModel<Input, Output>;
  /** The mean over a batch. */
  readonly loss: Loss<Output, Target>;
  /** Needed by `fit` only. @defaultValue none */
  readonly optimizer?: Stepper;
  /**
   * Reported under these keys: `{ accuracy: new Accuracy() }` gives `accuracy`, in a history `trainAccuracy`
   * and `valAccuracy`. @defaultValue none
   */
  readonly metrics?: { readonly [Name in Key]: Metric<Output, Target> };
  /** Called in this order. @defaultValue none */
  readonly callbacks?: readonly Callback[];
  /**
   * Picks input and target out of a batch of another shape. It makes no tensors of its own: nobody
   * would dispose them. @defaultValue the batch is `[input, target]`
   */
  readonly unpack?: (batch: Batch) => readonly [Input, Target];
}

/** How long {@link Trainer.fit} trains, and what it measures. */
export interface FitOptions<Batch, Validation = Batches<Batch>> {
  /** Passes over the training data, 0 or more; Infinity to go on until a callback stops. */
  readonly epochs: number;
  /** Measured after each epoch, in evaluation mode. @defaultValue none */
  readonly validation?: FittingBatches<Validation, Batch>;
  /** Compute the metrics on the training batches too, from the outputs of the steps. @defaultValue `true` */
  readonly trainMetrics?: boolean;
  /** Training batches an epoch at most. @defaultValue all */
  readonly limitTrainBatches?: number;
  /** Validation batches an epoch at most. @defaultValue all */
  readonly limitValidationBatches?: number;
  /**
   * Goes on from a checkpoint, to `epochs` in all: what `resumeFrom` gave. With the same data, seeds and
   * backend, every loss is the one of a run that was never interrupted. @defaultValue null, from the start
   */
  readonly resume?: RunState | null;
  /**
   * Those that the data or the model draw from beside the default one, by name, for checkpoints to hold
   * their states. @defaultValue none
   */
  readonly generators?: Readonly<Record<string, Generator>>;
  /**
   * Ends the run with the signal's reason as error. To end it without one, see `stop` in callbacks.
   * @defaultValue none
   */
  readonly signal?: AbortSignal;
}

/** How much {@link Trainer.evaluate} and {@link Trainer.predict} go through. */
export interface EvaluateOptions {
  /** Batches at most. @defaultValue all */
  readonly limitBatches?: number;
  /** Ends it with the signal's reason as error. @defaultValue none */
  readonly signal?: AbortSignal;
}

/** The mean loss, and each metric under its key. */
export type Results<Key extends string = never> = { readonly [Name in Key | "loss"]: number };

/**
 * Trains, evaluates and runs a model over batches.
 *
 * The compiler checks model, loss, metrics and data against each other. Losses and metrics accumulate
 * on the device and are read once a pass; every 50 ms the loop lets other tasks run. Whatever throws,
 * the loop leaves no tensor behind and closes the loader's iterator.
 *
 * @example
 * ```ts
 * const metrics = { accuracy: new Accuracy() };
 * const trainer = new Trainer({ model, loss: new CrossEntropyLoss(), optimizer, metrics });
 * const history = await trainer.fit(loader, { epochs: 5, validation });
 * history.length; // => 5
 * const { loss, accuracy } = await trainer.evaluate(validation);
 * ```
 */
export class Trainer<
  Input,
  Output,
  Target,
  Key extends string = never,
  Batch = readonly [Input, Target],
> {
  readonly #parts: Parts<Input, Output, Target, Batch>;
  readonly #callbacks: readonly Callback[];

  /** @throws {ArgumentError} when a metric's key is "loss". */
  constructor({
    model,
    loss,
    optimizer,
    metrics,
    callbacks = [],
    unpack = unpackPair,
  }: TrainerOptions<Input, Output, Target, Key, Batch>) {
    this.#parts = { model, loss, optimizer, metrics: new MetricSet(metrics ?? {}), unpack };
    this.#callbacks = callbacks;
  }

  /**
   * Trains for some epochs: in each, one iteration of the training loader in training mode, then one of
   * the validation loader in evaluation mode. With the same seed that makes PyTorch's random draws.
   *
   * Losses are means over samples, weighted by batch size. A NaN loss trains on, as in PyTorch; add
   * `stopOnNaN()`. The model is left in training mode.
   *
   * @returns a record for each completed epoch.
   * @throws {ArgumentError} when there is no optimizer, an option is out of range, or a loader is empty.
   * @throws {CallbackError} when a callback's hook throws; what model, loss and loaders throw comes unchanged.
   */
  async fit<Loader, Validation = Batches<Batch>>(
    loader: FittingBatches<Loader, Batch>,
    options: FitOptions<Batch, Validation>,
  ): Promise<History<Key>> {
    const { optimizer, metrics } = this.#parts;
    if (optimizer === undefined) {
      throw new ArgumentError(
        "Trainer.fit: expected an optimizer, got none; pass it to new Trainer({ optimizer })",
      );
    }
    checkFitOptions(options);
    const { epochs, validation, trainMetrics = true, signal } = options;
    const training = { where: "Trainer.fit", limit: options.limitTrainBatches, signal };
    const validating = {
      where: "Trainer.fit, validation",
      limit: options.limitValidationBatches,
      signal,
    };

    const progress = new Progress(options.resume ?? null, options.generators);
    const batches = Math.min(loader.length, training.limit ?? Infinity);
    const run = new Run(this.#callbacks, { epochs, batches }, progress);
    await progress.restoreStepper(optimizer);
    const directions = metrics.directions();
    const higherIsBetter = { ...prefixed("train", directions), ...prefixed("val", directions) };
    const resumedAt = options.resume ? { resumedAtStep: options.resume.step } : {};

    await run.drive({ higherIsBetter, ...resumedAt }, async () => {
      for (let epoch = progress.firstEpoch; epoch <= epochs && !run.stopped; epoch++) {
        progress.startEpoch();
        const context = { ...run.context, epoch };
        await run.emit("onEpochStart", context);
        if (run.stopped) break;
        const step = { ...training, epoch, optimizer, withMetrics: trainMetrics };
        const trained = await trainEpoch(this.#parts, loader, run, step);
        if (trained === null) break;
        let results = prefixed("train", trained);
        if (validation !== undefined) {
          const validated = prefixed(
            "val",
            await measure(this.#parts, validation, "fit", validating),
          );
          await run.emit("onValidationEnd", { ...context, metrics: validated });
          results = { ...results, ...validated };
        }
        const { seconds } = progress;
        progress.history.push({ epoch, ...results, seconds } as EpochRecord<string>);
        await run.emit("onEpochEnd", { ...context, metrics: results, seconds });
        await run.offerCheckpoint({ epoch, batch: null, metrics: results }, optimizer, null);
      }
    });
    // The keys are those of the metrics given to the constructor.
    return progress.history as unknown as History<Key>;
  }

  /**
   * The mean loss and the metrics over one iteration of a loader, in evaluation mode. The model is put
   * back in the mode it was in.
   *
   * @throws {ArgumentError} when the loader is empty, a limit is out of range, or an epoch or another
   *   evaluation of this trainer is running.
   */
  async evaluate<Loader>(
    loader: FittingBatches<Loader, Batch>,
    { limitBatches, signal }: EvaluateOptions = {},
  ): Promise<Results<Key>> {
    const where = "Trainer.evaluate";
    checkLimit(where, "limitBatches", limitBatches);
    const options = { where, limit: limitBatches, signal };
    // The keys are those of the metrics given to the constructor, and "loss".
    return (await measure(this.#parts, loader, "evaluate", options)) as Results<Key>;
  }

  /**
   * The model's output for each batch, in evaluation mode. The caller owns, and disposes, all of them;
   * `concat` makes one tensor of them.
   *
   * @param loader - batches as in training, whose targets are ignored, or of the input alone: a tensor,
   *   or an array of one.
   * @throws {ArgumentError} when the loader is empty or a limit is out of range.
   */
  async predict(
    loader: Batches<PredictBatch<Input, Batch>>,
    { limitBatches, signal }: EvaluateOptions = {},
  ): Promise<Output[]> {
    const { model, unpack } = this.#parts;
    const where = "Trainer.predict";
    checkLimit(where, "limitBatches", limitBatches);
    const outputs: Output[] = [];
    try {
      await inEvaluationMode(model, async () => {
        for await (const batch of paced(loader, { where, limit: limitBatches, signal })) {
          outputs.push(owned(() => model.forward(inputOf(batch, unpack))));
        }
      });
    } catch (error) {
      disposeTensors(outputs);
      throw error;
    }
    return outputs;
  }
}

function checkFitOptions<Batch, Validation>({
  epochs,
  limitTrainBatches,
  limitValidationBatches,
}: FitOptions<Batch, Validation>): void {
  const valid = Number.isInteger(epochs) || epochs === Number.POSITIVE_INFINITY;
  if (!valid || epochs < 0) {
    throw new ArgumentError(
      `Trainer.fit: expected epochs to be an integer from 0 or Infinity, got ${epochs}`,
    );
  }
  checkLimit("Trainer.fit", "limitTrainBatches", limitTrainBatches);
  checkLimit("Trainer.fit", "limitValidationBatches", limitValidationBatches);
}
