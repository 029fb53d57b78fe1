// What is in a checkpoint: model.safetensors, which PyTorch can load; state.json with all the rest; and
// state.safetensors with the arrays of that rest.
import { ArgumentError, DataError } from "@kindling/core";
import {
  decodeSafetensors,
  encodeSafetensors,
  toStateDict,
  type WritableTensor,
} from "@kindling/safetensors";
import { refusedState } from "../refused-state.ts";
import type { RunState } from "../run-state.ts";
import { checkSavedState } from "./check-contents.ts";
import type { Files } from "./manifest.ts";
import { pack, parseJson, unpack } from "./pack.ts";

/** Something that saves itself as modules, optimizers and schedules do. */
export interface Stateful {
  /** What is saved of it, or a promise of that. */
  stateDict(): unknown;
  /** Goes on from what `stateDict` gave. */
  loadStateDict(state: never): unknown;
}

/** What a checkpoint saves beside the run itself. */
export interface CheckpointObjects {
  /** Its `stateDict` is tensors by name. */
  readonly model: Stateful;
  /** With its memory of the parameters, such as momentum. @defaultValue none */
  readonly optimizer?: Stateful;
  /** Schedules, averages and whatever else is saved like them, by name. @defaultValue none */
  readonly others?: Readonly<Record<string, Stateful>>;
}

/** Numbers, texts, lists, plain objects and typed arrays. */
export interface Contents {
  readonly run: RunState;
  readonly config: unknown;
}

const MODEL = "model.safetensors";
const STATE = "state.json";
const ARRAYS = "state.safetensors";

export async function encodeContents(
  { model, ...objects }: CheckpointObjects,
  contents: Contents,
): Promise<Files> {
  const states: Record<string, unknown> = {};
  for (const [name, object] of named(objects)) states[name] = await object.stateDict();
  const { json, tensors } = pack("state", { ...contents, objects: states });
  const weights = (await model.stateDict()) as Record<string, WritableTensor>;
  return {
    [MODEL]: encodeSafetensors(weights, { format: "pt" }),
    [STATE]: new TextEncoder().encode(`${JSON.stringify(json)}\n`),
    [ARRAYS]: encodeSafetensors(tensors),
  };
}

/**
 * Loads the objects and returns the rest. Everything is decoded before anything is loaded.
 *
 * @throws {DataError} when a part is missing or is none.
 * @throws {ArgumentError} when the checkpoint has another set of objects, or one does not fit.
 */
export async function loadContents(
  files: Files,
  { model, ...objects }: CheckpointObjects,
): Promise<Contents> {
  const weights = toStateDict(decodeSafetensors(partOf(files, MODEL)).tensors);
  const { tensors } = decodeSafetensors(partOf(files, ARRAYS));
  const json = parseJson(STATE, new TextDecoder().decode(partOf(files, STATE)));
  const state = checkSavedState(unpack(json, tensors));
  const wanted = named(objects).map(([name]) => name);
  const list = (names: string[]): string => names.toSorted().join(", ") || "nothing";
  if (list(wanted) !== list(Object.keys(state.objects))) {
    throw new ArgumentError(
      `resumeFrom: expected what was saved beside the model (${list(Object.keys(state.objects))}), got ${list(wanted)}`,
    );
  }
  await load("model", model, weights);
  for (const [name, object] of named(objects)) await load(name, object, state.objects[name]);
  return { run: state.run, config: state.config };
}

async function load(name: string, object: Stateful, state: unknown): Promise<void> {
  try {
    await object.loadStateDict(state as never);
  } catch (cause) {
    throw refusedState(`loadStateDict of ${name}`, cause);
  }
}

function named({ optimizer, others = {} }: Omit<CheckpointObjects, "model">): [string, Stateful][] {
  const extra = Object.entries(others).map(([name, object]): [string, Stateful] => [
    `others.${name}`,
    object,
  ]);
  return optimizer === undefined ? extra : [["optimizer", optimizer], ...extra];
}

function partOf(files: Files, name: string): Uint8Array {
  const file = files[name];
  if (file === undefined) throw new DataError(`resumeFrom: expected a part ${name}, got none`);
  return file;
}
