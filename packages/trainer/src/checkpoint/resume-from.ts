import { ArgumentError, DataError } from "@kindling/core";
import type { RunState } from "../run-state.ts";
import { type CheckpointObjects, loadContents } from "./contents.ts";
import { type CheckpointInfo, readInfo, readParts } from "./manifest.ts";
import type { CheckpointStore } from "./store.ts";

/** Which checkpoint {@link resumeFrom} loads. */
export interface ResumeOptions {
  /** The checkpoint; see {@link listCheckpoints}. @defaultValue the last one written */
  checkpoint?: string;
  /** When it is damaged, use the last one before it that is not. @defaultValue `false` */
  fallback?: boolean;
}

/** What `fit` takes as `resume`, and what else was saved. */
export interface ResumedRun extends RunState {
  /** The one that was loaded. */
  readonly checkpoint: CheckpointInfo;
  /** As it was given to `checkpoint`. */
  readonly config: unknown;
  /** Those passed over by `fallback`, the last first. */
  readonly damaged: readonly { readonly name: string; readonly error: DataError }[];
}

/**
 * Loads a checkpoint into model, optimizer and the others, and returns what `fit` needs to go on.
 *
 * Everything is checked, each part by its SHA-256, before anything is changed.
 *
 * @returns null when the store is empty: the run starts from its beginning.
 * @throws {DataError} when the checkpoint is damaged; with `fallback` when all are.
 * @throws {ArgumentError} when it is not there, or is one of other objects.
 *
 * @example
 * ```ts
 * const resume = await resumeFrom(fileStore("runs/first"), { model, optimizer });
 * await trainer.fit(loader, { epochs: 10, resume });
 * ```
 */
export async function resumeFrom(
  store: CheckpointStore,
  objects: CheckpointObjects,
  { checkpoint, fallback = false }: ResumeOptions = {},
): Promise<ResumedRun | null> {
  const names = [...(await store.list())].sort();
  if (checkpoint !== undefined && !names.includes(checkpoint)) {
    throw new ArgumentError(
      `resumeFrom: expected a checkpoint of ${store.where} (${names.join(", ") || "there are none"}), got ${checkpoint}`,
    );
  }
  const candidates = names
    .filter((name) => checkpoint === undefined || name <= checkpoint)
    .reverse();
  const damaged: { name: string; error: DataError }[] = [];
  for (const name of candidates) {
    try {
      const { info, parts } = await readParts(store, name);
      const { run, config } = await loadContents(parts, objects);
      return { ...run, checkpoint: info, config, damaged };
    } catch (error) {
      if (!fallback || !DataError.is(error)) throw error;
      damaged.push({ name, error });
    }
  }
  const [first] = damaged;
  if (first !== undefined) throw first.error;
  return null;
}

/**
 * The readable checkpoints of a store in the order in which they were written.
 *
 * @example
 * ```ts
 * const store = fileStore("runs/first");
 * const saving = checkpoint({ store, model, optimizer });
 * await new Trainer({ model, loss, optimizer, callbacks: [saving] }).fit(loader, { epochs: 2 });
 * const infos = await listCheckpoints(store);
 * infos.map(({ name, step }) => [name, step]); // => [["000001-epoch-1-end", 4], ["000002-epoch-2-end", 8]]
 * ```
 */
export async function listCheckpoints(store: CheckpointStore): Promise<CheckpointInfo[]> {
  const infos: CheckpointInfo[] = [];
  for (const name of [...(await store.list())].sort()) {
    try {
      infos.push(await readInfo(store, name));
    } catch (error) {
      if (!DataError.is(error)) throw error;
    }
  }
  return infos;
}
