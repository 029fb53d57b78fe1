import type { GeneratorState } from "@kindling/core";
import type { EpochRecord } from "./history.ts";
import type { MeanLossState } from "./mean-loss.ts";

/**
 * Where a run of `fit` is: all that the loop remembers itself, for another `fit` to go on from. Numbers,
 * texts, lists, plain objects and typed arrays; the model and the optimizer save their own.
 */
export interface RunState {
  /** In progress, counted from 1; with `batch` 0 the next one. */
  readonly epoch: number;
  /** Training batches of this epoch that are done. */
  readonly batch: number;
  /** Training steps done in the whole run. */
  readonly step: number;
  /** Spent in this epoch. */
  readonly seconds: number;
  /** Of the epochs that are done. */
  readonly history: readonly EpochRecord<string>[];
  /** Of the default generator and those given to `fit`, by name. */
  readonly generators: GeneratorStates;
  /** Within an epoch only. */
  readonly partial: PartialEpoch | null;
  /** What the optimizer accumulates between updates; null when it keeps nothing. */
  readonly stepper: unknown;
  /** Of those that have one, in their order. */
  readonly callbacks: readonly { readonly name: string; readonly state: unknown }[];
}

/** Where random generators are, by name. */
export type GeneratorStates = Readonly<Record<string, GeneratorState>>;

/** What an epoch has gathered so far. */
export interface PartialEpoch {
  /** As the training loader's iteration found them: they draw the same order again. */
  readonly generators: GeneratorStates;
  /** The sums of the batches' losses, by batch size. */
  readonly loss: MeanLossState;
  /** By key, of the metrics that can say it. */
  readonly metrics: Readonly<Record<string, unknown>>;
}
