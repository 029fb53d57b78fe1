import { ArgumentError } from "@kindling/core";
import type { Callback } from "../callback.ts";
import { tensorsIn } from "../clone-tensors.ts";
import type { Batches } from "../interfaces.ts";

/** An epoch's training part: from the first batch asked for to the last step's end. */
export interface ThroughputRecord {
  /** Counted from 1. */
  readonly epoch: number;
  /** Wall clock. */
  readonly seconds: number;
  /** Training steps done. */
  readonly steps: number;
  /** In those steps' batches: the first axis of a batch's first tensor. */
  readonly samples: number;
  /** `steps / seconds`. */
  readonly stepsPerSecond: number;
  /** `samples / seconds`. */
  readonly samplesPerSecond: number;
  /** Share of the time that the loop waited for the loader's next batch, from 0 to 1. */
  readonly waitingShare: number;
}

/** Whom {@link throughput} tells. */
export interface ThroughputOptions {
  /** Gets each record as it is made. @defaultValue none */
  sink?: (record: ThroughputRecord) => void;
}

/** {@link throughput} with the loader to train on and what it saw. */
export interface Throughput<Batch> extends Callback {
  /** To be given to `fit` in place of the loader that it watches. */
  readonly loader: Batches<Batch>;
  /** Those of the run, in order. */
  readonly records: readonly ThroughputRecord[];
}

/**
 * Measures how fast an epoch's training part goes, and how much of it waits for data.
 *
 * Reads only clocks. A device that works behind the host, as GPUs do, may have steps to do when the
 * last one ends here; over an epoch that is little.
 *
 * @throws {ArgumentError} in `fit`, when it was not given this `loader`.
 *
 * @example
 * ```ts
 * const speed = throughput(loader, { sink: ({ epoch, waitingShare }) => draw(epoch, waitingShare) });
 * await new Trainer({ model, loss, optimizer, callbacks: [speed] }).fit(speed.loader, { epochs: 2 });
 * speed.records.map(({ epoch, samples }) => [epoch, samples]); // => [[1, 32], [2, 32]]
 * ```
 */
export function throughput<Batch>(
  loader: Batches<Batch>,
  { sink }: ThroughputOptions = {},
): Throughput<Batch> {
  const records: ThroughputRecord[] = [];
  // On `performance.now`'s clock.
  let started: number | null = null;
  let ended = 0;
  let waitedMs = 0;
  let steps = 0;
  let samples = 0;
  /** The batch that the loop has; it counts when its step has ended, which validation's never do. */
  let current: { readonly waitedMs: number; readonly samples: number } | null = null;

  async function* watched(): AsyncGenerator<Batch, void, undefined> {
    let asked = performance.now();
    started ??= asked;
    for await (const batch of loader) {
      current = { waitedMs: performance.now() - asked, samples: samplesIn(batch) };
      yield batch;
      asked = performance.now();
    }
  }

  return {
    name: "throughput",
    records,
    loader: {
      get length() {
        return loader.length;
      },
      [Symbol.asyncIterator]: watched,
    },

    onTrainStart() {
      records.length = 0;
    },

    onEpochStart() {
      started = null;
      current = null;
      [waitedMs, steps, samples] = [0, 0, 0];
    },

    onBatchEnd() {
      if (current === null) {
        throw new ArgumentError(
          "throughput: expected fit to train on this callback's loader, got another one; pass it .loader",
        );
      }
      ended = performance.now();
      waitedMs += current.waitedMs;
      samples += current.samples;
      steps++;
    },

    onEpochEnd({ epoch }) {
      if (started === null || steps === 0) return;
      const seconds = (ended - started) / 1000;
      const rate = (count: number) => count / seconds;
      const record = {
        ...{ epoch, seconds, steps, samples },
        stepsPerSecond: rate(steps),
        samplesPerSecond: rate(samples),
        waitingShare: rate(waitedMs / 1000),
      };
      records.push(record);
      sink?.(record);
    },
  };
}

/** The first axis of a batch's first tensor that has axes. */
function samplesIn(batch: unknown): number {
  return tensorsIn(batch).find(({ rank }) => rank > 0)?.shape[0] ?? 1;
}
