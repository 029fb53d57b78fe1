// Holds what was read from a checkpoint to the types that say what is in it: its sums are right when it is
// whole, but not when what wrote it was wrong. What callbacks, metrics, optimizers and models have saved is
// theirs to check.
import { DataError } from "@kindling/core";
import type { RunState } from "../run-state.ts";

/** What state.json has, with its arrays. */
export interface SavedState {
  readonly run: RunState;
  readonly config: unknown;
  /** By name, what `loadStateDict` takes. */
  readonly objects: Readonly<Record<string, unknown>>;
}

/** Of mt19937. */
const WORDS = 624;

type Fields = Readonly<Record<string, unknown>>;

/** @throws {DataError} naming the first part that is not of its type. */
export function checkSavedState(value: unknown): SavedState {
  const state = fields("state", value);
  const run = fields("state.run", state.run);
  count("state.run.epoch", run.epoch, 1);
  count("state.run.batch", run.batch, 0);
  count("state.run.step", run.step, 0);
  number("state.run.seconds", run.seconds);
  list("state.run.history", run.history).forEach((record, i) => {
    const path = `state.run.history.${i}`;
    const numbers = Object.entries(fields(path, record));
    count(`${path}.epoch`, fields(path, record).epoch, 1);
    for (const [name, item] of numbers) number(`${path}.${name}`, item);
  });
  checkGenerators("state.run.generators", run.generators);
  checkPartial(run.partial, run.batch as number);
  list("state.run.callbacks", run.callbacks).forEach((callback, i) => {
    const path = `state.run.callbacks.${i}`;
    const { name } = fields(path, callback);
    check(typeof name === "string", `${path}.name`, "a text", name);
  });
  fields("state.objects", state.objects);
  return state as unknown as SavedState;
}

function checkPartial(partial: unknown, batch: number): void {
  const path = "state.run.partial";
  // There is one exactly when some of the epoch's batches are done.
  if (batch === 0) {
    check(partial === null, path, "null before an epoch's first batch", partial);
    return;
  }
  const { generators, loss, metrics } = fields(path, partial);
  checkGenerators(`${path}.generators`, generators);
  list(`${path}.loss`, loss).forEach((entry, i) => {
    const { size, sum, count: times } = fields(`${path}.loss.${i}`, entry);
    count(`${path}.loss.${i}.size`, size, 0);
    number(`${path}.loss.${i}.sum`, sum);
    count(`${path}.loss.${i}.count`, times, 1);
  });
  fields(`${path}.metrics`, metrics);
}

function checkGenerators(path: string, value: unknown): void {
  for (const [name, state] of Object.entries(fields(path, value))) {
    const at = `${path}.${name}`;
    const { seed, words, index, nextNormal } = fields(at, state);
    const isWord = (word: unknown): boolean =>
      Number.isInteger(word) && word === Number(word) >>> 0;
    const areWords = Array.isArray(words) && words.length === WORDS && words.every(isWord);
    check(areWords, `${at}.words`, `${WORDS} integers of 32 bits`, words);
    count(`${at}.index`, index, 0);
    check((index as number) <= WORDS, `${at}.index`, `at most ${WORDS}`, index);
    check(Number.isSafeInteger(seed), `${at}.seed`, "an integer", seed);
    if (nextNormal !== null) number(`${at}.nextNormal`, nextNormal);
  }
}

function fields(path: string, value: unknown): Fields {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  check(isObject && !ArrayBuffer.isView(value), path, "an object", value);
  return value as Fields;
}

function list(path: string, value: unknown): readonly unknown[] {
  check(Array.isArray(value), path, "a list", value);
  return value as readonly unknown[];
}

function number(path: string, value: unknown): void {
  check(typeof value === "number", path, "a number", value);
}

function count(path: string, value: unknown, least: number): void {
  check(
    Number.isSafeInteger(value) && (value as number) >= least,
    path,
    `an integer from ${least}`,
    value,
  );
}

function check(holds: boolean, path: string, expected: string, value: unknown): void {
  if (holds) return;
  throw new DataError(`resumeFrom: expected ${path} to be ${expected}, got ${described(value)}`);
}

function described(value: unknown): string {
  if (value === undefined) return "none";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
