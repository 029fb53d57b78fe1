import { ArgumentError, DataError } from "@kindling/core";
import type { Callback, CheckpointContext } from "../callback.ts";
import { checkCount } from "../callbacks/option-checks.ts";
import { type CheckpointObjects, encodeContents } from "./contents.ts";
import { type CheckpointInfo, readInfo, writeParts } from "./manifest.ts";
import { type Best, toRemove } from "./retention.ts";
import type { CheckpointStore } from "./store.ts";

/** Which checkpoints are the best. */
export interface KeepBestOptions {
  /** A name of the epoch's metrics. */
  monitor: string;
  /** How many, from 1. @defaultValue 1 */
  k?: number;
  /** Whether lower or higher is better. @defaultValue what the metric says */
  mode?: "min" | "max";
}

/** What {@link checkpoint} saves, where, how often, and what it keeps. */
export interface CheckpointOptions extends CheckpointObjects {
  /** Where they are kept: `fileStore(folder)` of `/node`, `indexedDbStore(name)` or `opfsStore(name)`. */
  readonly store: CheckpointStore;
  /** Whatever `resumeFrom` should give back: the program's settings. JSON. @defaultValue null */
  readonly config?: unknown;
  /** Epochs between two, from 1; each is written after the epoch's validation. @defaultValue 1; none with `everySteps` and without `keepBest` */
  readonly everyEpochs?: number;
  /** Steps of the whole run between two, from 1, also within an epoch. @defaultValue none */
  readonly everySteps?: number;
  /** How many of the last to keep, from 1: with two, one is left when the last is damaged. @defaultValue 2 */
  readonly keepLast?: number;
  /** Keeps those with the best epochs beside the last. @defaultValue none */
  readonly keepBest?: KeepBestOptions;
}

/** {@link checkpoint}, which also saves when it is told to. */
export interface Checkpoint extends Callback {
  /** Where it saves. */
  readonly store: CheckpointStore;
  /** Saves now, unless this very moment is saved; returns the checkpoint's name. */
  readonly save: (context: CheckpointContext) => Promise<string>;
}

/**
 * Saves the run to go on from: weights, optimizer, generators, position, history and callbacks' memory.
 *
 * A checkpoint is whole or not there: a crash or a full disk while writing leaves those before it. When
 * writing fails, the run ends with that error.
 *
 * @throws {ArgumentError} when an option is out of range; in `fit`, when a new run would write among the
 *   checkpoints of another, or the run reports no such metric.
 *
 * @example
 * ```ts
 * const objects = { model, optimizer };
 * const store = fileStore("runs/first");
 * const resume = await resumeFrom(store, objects); // null the first time
 * const trainer = new Trainer({ model, loss, optimizer, callbacks: [checkpoint({ store, ...objects })] });
 * await trainer.fit(loader, { epochs: 10, resume });
 * ```
 */
export function checkpoint({
  store,
  config = null,
  everySteps,
  keepBest,
  everyEpochs = everySteps === undefined || keepBest !== undefined ? 1 : Number.POSITIVE_INFINITY,
  keepLast = 2,
  ...objects
}: CheckpointOptions): Checkpoint {
  for (const [name, value] of Object.entries({
    everySteps,
    everyEpochs,
    keepLast,
    k: keepBest?.k,
  })) {
    if (value !== undefined && value !== Number.POSITIVE_INFINITY) {
      checkCount("checkpoint", name, value);
    }
  }
  let known: CheckpointInfo[] = [];
  let sequence = 0;
  let best: Best | null = null;
  let last: CheckpointInfo | null = null;

  const save = async (context: CheckpointContext): Promise<string> => {
    const { epoch, batch, step, metrics } = context;
    if (last?.step === step && last.batch === batch && last.epoch === epoch) return last.name;
    const place = batch === null ? "end" : `batch-${batch}`;
    const name = `${String(sequence + 1).padStart(6, "0")}-epoch-${epoch}-${place}`;
    const info = { name, epoch, batch, step, metrics };
    const parts = await encodeContents(objects, { run: await context.state(), config });
    await writeParts(store, info, parts);
    // Only now, when there is a new one to go on from, may old ones go.
    sequence++;
    last = info;
    known.push(info);
    for (const old of toRemove(known, keepLast, best)) {
      await store.remove(old.name);
      known = known.filter((each) => each !== old);
    }
    return name;
  };

  return {
    name: "checkpoint",
    store,
    save,

    async onTrainStart({ higherIsBetter, resumedAtStep }) {
      last = null;
      best = keepBest ? bestOf(keepBest, higherIsBetter) : null;
      const names = await store.list();
      if (names.length > 0 && resumedAtStep === undefined) {
        throw new ArgumentError(
          `checkpoint: expected no checkpoints of another run in ${store.where}, got ${names.length}; ` +
            "go on from them with fit's resume (see resumeFrom), remove them, or use another store",
        );
      }
      sequence = Math.max(
        0,
        ...names.map((name) => Number.parseInt(name, 10)).filter(Number.isFinite),
      );
      known = [];
      for (const name of names) {
        const info = await infoOrNull(store, name);
        if (info !== null) known.push(info);
      }
    },

    async onCheckpoint(context) {
      const { epoch, batch, step, metrics } = context;
      if (keepBest && metrics !== null && metrics[keepBest.monitor] === undefined) {
        throw new ArgumentError(
          `checkpoint: expected a metric "${keepBest.monitor}", got none; this run reports ${Object.keys(metrics).join(", ")}`,
        );
      }
      const due =
        batch === null ? epoch % everyEpochs === 0 : step % (everySteps ?? Infinity) === 0;
      if (due) await save(context);
    },
  };
}

// A damaged one is left for its owner to look at: it is neither counted nor removed.
async function infoOrNull(store: CheckpointStore, name: string): Promise<CheckpointInfo | null> {
  try {
    return await readInfo(store, name);
  } catch (error) {
    if (DataError.is(error)) return null;
    throw error;
  }
}

function bestOf(
  { monitor, k = 1, mode }: KeepBestOptions,
  directions: Readonly<Record<string, boolean | null>>,
): Best {
  const higherIsBetter = mode === undefined ? directions[monitor] : mode === "max";
  if (higherIsBetter === null) {
    throw new ArgumentError(
      `checkpoint: expected a mode for "${monitor}", got none; ` +
        'the metric does not say which way is better, so give mode: "min" or "max"',
    );
  }
  return { monitor, k, higherIsBetter: higherIsBetter ?? false };
}
