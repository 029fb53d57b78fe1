/// <reference types="node" />
import { join } from "node:path";
import { ArgumentError } from "@kindling/core";
import type { Callback } from "@kindling/trainer";
import type { Hparams } from "./events/protos.ts";
import { endSession, purgeFrom, SummaryWriter, startSession } from "./summary-writer.ts";

/** What histograms are made of; a `Module` has it. */
export interface HasStateDict {
  /** Reads the tensors, by name, into ordinary memory. */
  readonly stateDict: () => Promise<Readonly<Record<string, { readonly data: ArrayLike<number> }>>>;
}

/** What {@link tensorBoard} takes. */
export interface TensorBoardOptions {
  /** The run's folder, made when missing; `tensorboard --logdir` takes the folder above it. */
  folder: string;
  /**
   * Also write the loss of every n-th step, as `loss/step` of a run in the folder `steps` within: its steps
   * are no epochs. Each is read from the device. @defaultValue none
   */
  everySteps?: number;
  /** Write a histogram of each of its parameters and buffers every epoch, as `weights/…`. @defaultValue none */
  model?: HasStateDict;
  /** The run's line in the table of hyperparameters. @defaultValue none: no line */
  hyperparameters?: Hparams;
  /** More scalars of every epoch, by tag, such as the learning rate. @defaultValue none */
  scalars?: () => Readonly<Record<string, number>>;
}

/**
 * Writes the run for TensorBoard: each metric by epoch as `loss/train`, `loss/val`, `accuracy/train`, …
 *
 * A resumed run in the same folder continues the curves, in files of its own, and hides what the run
 * before it wrote of the epochs and steps that are done again.
 *
 * @throws {ArgumentError} when `everySteps` is not an integer from 1.
 *
 * @example
 * ```ts
 * const schedule = new StepLR(optimizer, 30);
 * const scalars = () => ({ lr: schedule.lastLr[0] ?? 0 });
 * tensorBoard({ folder: "runs/first", model, scalars });
 * ```
 */
export function tensorBoard({
  folder,
  everySteps,
  model,
  hyperparameters,
  scalars,
}: TensorBoardOptions): Callback {
  if (everySteps !== undefined && !(Number.isInteger(everySteps) && everySteps >= 1)) {
    throw new ArgumentError(
      `tensorBoard: expected everySteps to be an integer from 1, got ${everySteps}`,
    );
  }
  let writer: SummaryWriter | null = null;
  let steps: SummaryWriter | null = null;
  let failed = false;
  /** In a resumed run, until its first epoch is known. */
  let purges = false;

  return {
    name: "tensorBoard",

    onTrainStart({ higherIsBetter, resumedAtStep }) {
      failed = false;
      purges = resumedAtStep !== undefined;
      writer = new SummaryWriter(folder);
      // A purge is of all tags of a run from one step on, so epochs and steps cannot share a run.
      if (everySteps !== undefined) {
        const purge = resumedAtStep === undefined ? {} : { purgeStep: resumedAtStep + 1 };
        steps = new SummaryWriter(join(folder, "steps"), purge);
      }
      if (hyperparameters !== undefined) {
        startSession(writer, hyperparameters, Object.keys(higherIsBetter).map(tagOf));
      }
    },

    onEpochStart({ epoch }) {
      if (purges && writer !== null) purgeFrom(writer, epoch);
      purges = false;
    },

    async onBatchEnd({ step, loss }) {
      if (everySteps === undefined || step % everySteps !== 0) return;
      steps?.addScalar("loss/step", await loss(), step);
    },

    async onEpochEnd({ epoch, metrics, seconds }) {
      const values = Object.entries(metrics).map(([name, value]) => [tagOf(name), value] as const);
      for (const [tag, value] of [...values, ["seconds", seconds] as const]) {
        writer?.addScalar(tag, value, epoch);
      }
      for (const [tag, value] of Object.entries(scalars?.() ?? {})) {
        writer?.addScalar(tag, value, epoch);
      }
      for (const [name, { data }] of Object.entries((await model?.stateDict()) ?? {})) {
        // A diverged run is to be seen, not to end here: what has no finite value has no histogram.
        if (Array.prototype.some.call(data, Number.isFinite)) {
          await writer?.addHistogram(`weights/${name}`, data, epoch);
        }
      }
    },

    onError() {
      failed = true;
    },

    onTrainEnd() {
      if (writer !== null && hyperparameters !== undefined) {
        endSession(writer, failed ? "failure" : "success");
      }
      writer?.close();
      steps?.close();
      writer = null;
      steps = null;
    },
  };
}

/** `valLoss` → `loss/val`: TensorBoard puts tags with a common first part side by side. */
function tagOf(metric: string): string {
  const [, part, name] = /^(train|val)([A-Z].*)$/.exec(metric) ?? [];
  if (part === undefined || name === undefined) return metric;
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}/${part}`;
}
