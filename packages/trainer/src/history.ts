/** What an epoch gave, metrics under their keys: `trainAccuracy`, `valAccuracy`, … */
export type EpochRecord<Key extends string = never> = {
  /** Counted from 1. */
  readonly epoch: number;
  /** Mean over the epoch's samples, each measured at its own step. */
  readonly trainLoss: number;
  /** Mean over the validation samples; absent without validation. */
  readonly valLoss?: number;
  /** Wall clock, training and validation. */
  readonly seconds: number;
} & {
  readonly [Name in Key as `train${Capitalize<Name>}` | `val${Capitalize<Name>}`]?: number;
};

/** One record an epoch, in order. */
export type History<Key extends string = never> = readonly EpochRecord<Key>[];

/** `{ loss: 1 }` → `{ trainLoss: 1 }`. */
export function prefixed<Value>(
  prefix: "train" | "val",
  results: Readonly<Record<string, Value>>,
): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(results).map(([key, value]) => [
      `${prefix}${key.charAt(0).toUpperCase()}${key.slice(1)}`,
      value,
    ]),
  );
}
