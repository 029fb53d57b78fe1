import { ArgumentError, KindlingError } from "@kindling/core";
import type { Callback } from "../callback.ts";
import type { NonFiniteActivation } from "./activations.ts";
import {
  type Found,
  type NamedParameters,
  type NonFinite,
  nonFiniteWatch,
  type WatchedOptimizer,
} from "./non-finite.ts";

const ADVICE = "lower the learning rate, clip the gradients or check the data";
const EARLIER =
  "; parameters were so before this step: detectAnomaly(model, optimizer) finds where it began";

interface StepPlace {
  readonly epoch: number;
  readonly step: number;
}

/**
 * The loss, or a metric built on it, is NaN or infinite; carries when and what it was.
 *
 * @example
 * ```ts
 * const steep = new SGD(model.parameters(), { lr: 1e38 });
 * const callbacks = [stopOnNaN({ every: 1 })];
 * const trainer = new Trainer({ model, loss, optimizer: steep, callbacks });
 * await trainer.fit(loader, { epochs: 1 }); // => NonFiniteLossError: stopOnNaN: expected a finite loss, got NaN in epoch 1 at step 2; …
 * ```
 */
export class NonFiniteLossError extends KindlingError {
  static override readonly kind: string = "NonFiniteLossError";
  /** Counted from 1. */
  readonly epoch: number;
  /** In the whole run, counted from 1. */
  readonly step: number;
  /** NaN, Infinity or -Infinity. */
  readonly loss: number;
  /** The first gradient or parameter that is not finite, where the callback looks at them. */
  readonly first: NonFinite | null;
  /** The first output within the model that is not finite, where the callback looks at them. */
  readonly activation: NonFiniteActivation | null;

  constructor(
    where: string,
    what: string,
    { epoch, step }: StepPlace,
    loss: number,
    { first, activation, earlier }: Found,
  ) {
    const places = [activation && describeOutput(activation), first && describe(first)];
    const place = places.filter((text) => text !== null).join(", then ");
    super(
      `${where}: expected a finite ${what}, got ${loss} in epoch ${epoch} at step ${step}` +
        `${place === "" ? "" : `; the first to be so is ${place}`}${earlier ? EARLIER : ""}; ${ADVICE}`,
    );
    this.epoch = epoch;
    this.step = step;
    this.loss = loss;
    this.first = first;
    this.activation = activation;
  }
}

/**
 * A gradient or a parameter holds NaN or infinity while the loss is finite; carries when and which.
 *
 * @example
 * ```ts
 * const steep = new SGD(model.parameters(), { lr: Infinity });
 * const trainer = new Trainer({ model, loss, optimizer: steep, callbacks: [detectAnomaly(model, steep)] });
 * await trainer.fit(loader, { epochs: 1 }); // => NonFiniteWeightError: detectAnomaly: expected finite parameters, got …
 * ```
 */
export class NonFiniteWeightError extends KindlingError {
  static override readonly kind: string = "NonFiniteWeightError";
  /** Counted from 1. */
  readonly epoch: number;
  /** In the whole run, counted from 1. */
  readonly step: number;
  /** The first that is not finite. */
  readonly first: NonFinite;
  /** The first output within the model that is not finite, where there is one. */
  readonly activation: NonFiniteActivation | null;

  constructor(
    where: string,
    first: NonFinite,
    { epoch, step }: StepPlace,
    { activation, earlier }: Omit<Found, "first">,
  ) {
    const output = activation === null ? "" : `; not finite was ${describeOutput(activation)}`;
    super(
      `${where}: expected finite ${first.kind}s, got ${first.value} in ${describe(first)} ` +
        `in epoch ${epoch} at step ${step}, where the loss is finite${output}${earlier ? EARLIER : ""}; ${ADVICE}`,
    );
    this.epoch = epoch;
    this.step = step;
    this.first = first;
    this.activation = activation;
  }
}

/** What {@link stopOnNaN} looks at, and how often. */
export interface StopOnNaNOptions {
  /** Steps between two checks, from 1; Infinity for none but at an epoch's end. @defaultValue 50 */
  every?: number;
  /**
   * Check its parameters too, and name the first that is not finite; when something is not, also the first
   * output of its modules in the step. @defaultValue none
   */
  model?: NamedParameters;
  /**
   * Check the gradients of its updates too, and name the first that is not finite. Put the callback
   * before one that clips them: a norm that is NaN makes all of them NaN. @defaultValue none
   */
  optimizer?: WatchedOptimizer;
}

/**
 * Ends the run with an error once the loss is NaN or infinite, at the latest with its epoch.
 *
 * Each check within an epoch waits for the device: with `every: 1` a GPU idles between all steps, with
 * 50 the cost is lost in the noise. Once NaN, the weights stay so; a later check finds it as well, but
 * where it began only `detectAnomaly` tells. Between checks nothing is looked at.
 *
 * @throws {ArgumentError} when `every` is out of range.
 * @throws {NonFiniteLossError} in `fit`, naming epoch and step.
 * @throws {NonFiniteWeightError} in `fit`, when a parameter or gradient is not finite but the loss is.
 *
 * @example
 * ```ts
 * const guard = stopOnNaN({ model, optimizer });
 * await new Trainer({ model, loss, optimizer, callbacks: [guard] }).fit(loader, { epochs: 1 });
 * ```
 */
export function stopOnNaN(options: StopOnNaNOptions = {}): Callback {
  const { every = 50 } = options;
  if (!(Number.isInteger(every) || every === Number.POSITIVE_INFINITY) || every < 1) {
    throw new ArgumentError(`stopOnNaN: expected every to be an integer from 1, got ${every}`);
  }
  return nonFiniteStop("stopOnNaN", options);
}

/** `stopOnNaN`, under the name of whichever callback is made of it. */
export function nonFiniteStop(
  name: string,
  { every = 50, model, optimizer }: StopOnNaNOptions,
): Callback {
  const watch = nonFiniteWatch(model, optimizer);
  let lastStep = 0;

  return {
    name,

    onTrainStart() {
      watch.start();
    },

    onBatchStart({ step }) {
      if (step % every === 0) watch.hold();
    },

    async onBatchEnd({ epoch, step, loss }) {
      lastStep = step;
      // Accumulated gradients come at a later step than the one that asked for them.
      if (step % every !== 0 && !watch.holdsGradients()) return;
      const value = await loss();
      const found = await watch.find(!Number.isFinite(value));
      const place = { epoch, step };
      if (!Number.isFinite(value)) {
        throw new NonFiniteLossError(name, "loss", place, value, found);
      }
      if (found.first !== null) throw new NonFiniteWeightError(name, found.first, place, found);
    },

    async onEpochEnd({ epoch, metrics }) {
      for (const metric of ["trainLoss", "valLoss"]) {
        const value = metrics[metric] ?? 0;
        if (Number.isFinite(value)) continue;
        const place = { epoch, step: lastStep };
        throw new NonFiniteLossError(name, metric, place, value, await watch.find(true));
      }
    },

    onTrainEnd() {
      watch.end();
    },
  };
}

function describe({ kind, name, count, total }: NonFinite): string {
  const what = kind === "gradient" ? `the gradient of ${name}` : name;
  return `${what} (${count} of ${total} ${kind}s are not finite)`;
}

function describeOutput({ name, shape, nans, infinities, size }: NonFiniteActivation): string {
  const whose = name === "" ? "the model" : name;
  return `the output of ${whose}, [${shape.join(", ")}] (${nans} NaN and ${infinities} infinite of ${size} values)`;
}
