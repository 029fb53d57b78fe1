import { ArgumentError } from "@kindling/core";
import type { Batches } from "./interfaces.ts";
import { macrotask } from "./macrotask.ts";

/** Longest time that the loop keeps the thread to itself, give or take a step. */
const TURN_MS = 50;

export interface PacedOptions {
  /** Named in errors. */
  readonly where: string;
  /** Batches at most. */
  readonly limit?: number | undefined;
  /** Checked before each batch and at the end. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * One iteration of a loader that stops at the limit, throws the signal's reason when it is aborted and
 * lets other tasks run every 50 ms. Leaving the loop, also by an error, closes the loader's iterator.
 *
 * @throws {ArgumentError} when the loader gave nothing.
 */
export async function* paced<Batch>(
  loader: Batches<Batch>,
  { where, limit = Number.POSITIVE_INFINITY, signal }: PacedOptions,
): AsyncGenerator<Batch, void, undefined> {
  let count = 0;
  let turn = performance.now();
  signal?.throwIfAborted();
  for await (const batch of loader) {
    yield batch;
    count++;
    if (performance.now() - turn >= TURN_MS) {
      await macrotask();
      turn = performance.now();
    }
    signal?.throwIfAborted();
    if (count >= limit) break;
  }
  if (count === 0) {
    throw new ArgumentError(
      `${where}: expected at least one batch, got none (the loader's length is ${loader.length}); ` +
        "check batchSize and dropLast, and that the loader can be iterated again each epoch",
    );
  }
}

/** @throws {ArgumentError} when the limit is not a positive integer or Infinity. */
export function checkLimit(where: string, name: string, limit: number | undefined): void {
  if (limit === undefined || limit === Number.POSITIVE_INFINITY) return;
  if (!Number.isInteger(limit) || limit < 1) {
    throw new ArgumentError(`${where}: expected ${name} to be a positive integer, got ${limit}`);
  }
}
