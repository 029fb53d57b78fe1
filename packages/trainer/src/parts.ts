import { ArgumentError } from "@kindling/core";
import { Tensor } from "@tensorflow/tfjs-core";
import type { Loss, Stepper, TrainableModel } from "./interfaces.ts";
import type { MetricSet } from "./metric-set.ts";

/** What a trainer is made of, as its loops use it. */
export interface Parts<Input, Output, Target, Batch> {
  readonly model: TrainableModel<Input, Output>;
  readonly loss: Loss<Output, Target>;
  readonly optimizer: Stepper | undefined;
  readonly metrics: MetricSet<Output, Target>;
  readonly unpack: (batch: Batch) => readonly [Input, Target];
}

/** The default `unpack`: the batch is `[input, target]`. @throws {ArgumentError} when it is not a pair. */
export function unpackPair<Input, Target>(batch: unknown): readonly [Input, Target] {
  if (Array.isArray(batch) && batch.length === 2) return [batch[0], batch[1]];
  const got = Array.isArray(batch) ? `an array of ${batch.length}` : typeof batch;
  throw new ArgumentError(
    `Trainer: expected batches of [input, target], got ${got}; ` +
      "give new Trainer an unpack: (batch) => [input, target]",
  );
}

/** A batch to predict: with its target, the input alone, or the input in an array of one. */
export type PredictBatch<Input, Batch> = Batch | Extract<Input, Tensor> | readonly [Input];

/**
 * The input of a {@link PredictBatch}. A tensor is the input itself, an array of one holds it; what has
 * more parts is unpacked.
 */
export function inputOf<Input, Batch>(
  batch: unknown,
  unpack: (batch: Batch) => readonly [Input, unknown],
): Input {
  // The casts say what PredictBatch promises and the two tests tell apart.
  if (batch instanceof Tensor) return batch as unknown as Input;
  if (Array.isArray(batch) && batch.length === 1) return batch[0] as Input;
  return unpack(batch as Batch)[0];
}
