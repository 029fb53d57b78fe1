import { ArgumentError } from "@kindling/core";
import { checkCount } from "./callbacks/option-checks.ts";
import { cloneTensors, disposeTensors } from "./clone-tensors.ts";
import type { Batches } from "./interfaces.ts";

/** The same few batches at each iteration. They are its own, and freed by `dispose`. */
export interface OverfitBatches<Batch> extends Batches<Batch> {
  readonly dispose: () => void;
}

/**
 * Gives a loader's first `count` batches at every iteration, in that order: a model that can learn
 * gets their loss near 0, and one that cannot has a fault.
 *
 * The first iteration takes them from the loader, once, also when it shuffles, and keeps them.
 *
 * @throws {ArgumentError} when `count` is not an integer from 1; in the loop, when it was disposed.
 *
 * @example
 * ```ts
 * const few = overfitBatches(loader, 2);
 * await trainer.fit(few, { epochs: 50 });
 * few.dispose();
 * ```
 */
export function overfitBatches<Batch>(
  loader: Batches<Batch>,
  count: number,
): OverfitBatches<Batch> {
  checkCount("overfitBatches", "count", count);
  let taken: Promise<Batch[]> | null = null;
  let disposed = false;

  return {
    get length() {
      return Math.min(count, loader.length);
    },

    async *[Symbol.asyncIterator]() {
      if (disposed) {
        throw new ArgumentError(
          "overfitBatches: expected to be iterated before dispose(), got an iteration after it",
        );
      }
      taken ??= firstBatches(loader, count);
      yield* await taken;
    },

    dispose() {
      disposed = true;
      // They may still be on their way; a loader that failed left nothing, and told its loop.
      void taken?.then(disposeTensors, () => undefined);
      taken = null;
    },
  };
}

async function firstBatches<Batch>(loader: Batches<Batch>, count: number): Promise<Batch[]> {
  const batches: Batch[] = [];
  try {
    for await (const batch of loader) {
      // The loader disposes its own.
      batches.push(cloneTensors(batch));
      if (batches.length >= count) break;
    }
    return batches;
  } catch (error) {
    disposeTensors(batches);
    throw error;
  }
}
