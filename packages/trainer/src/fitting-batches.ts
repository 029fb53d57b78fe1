// Types only: batches of a wrong type are refused in one sentence. Without this the compiler descends through
// async iterators to the one tensor that differs, ten lines that name neither what is wanted nor what came.
import type { Rank, Tensor } from "@tensorflow/tfjs-core";
import type { Batches } from "./interfaces.ts";

declare const refused: unique symbol;

/** What no loader is: the compiler prints `Message` where one would be needed. */
export interface RefusedBatches<Message extends string> extends Batches<never> {
  /** No loader has it: it is there for the compiler to print. */
  readonly [refused]: Message;
}

/**
 * A loader whose batches a trainer takes. One of other batches is a compile error that says both.
 *
 * `Batches<Batch>` stays in the union for code that is generic in `Batch`, where the compiler cannot yet say
 * whether the batches fit.
 */
export type FittingBatches<Loader, Batch> = Loader &
  (Batches<Batch> | Refusal<BatchOf<Loader>, Batch>);

type Refusal<Given, Batch> = [Given] extends [Batch]
  ? never
  : RefusedBatches<`Trainer: expected batches of ${NameOf<Batch>}, got ${NameOf<Given>}; change the dataset's transform, the model or the loss, or give new Trainer an unpack`>;

type BatchOf<Loader> = Loader extends AsyncIterable<infer Batch> ? Batch : never;

type NameOf<T> = [T] extends [readonly [infer First, infer Second]]
  ? `[${NameOf<First>}, ${NameOf<Second>}]`
  : [T] extends [readonly [infer Only]]
    ? `[${NameOf<Only>}]`
    : T extends Tensor<infer R>
      ? NameOfRank<R>
      : "another type";

type NameOfRank<R extends Rank> = Rank extends R
  ? "Tensor"
  : `${R}` extends `R${infer Digit}`
    ? Digit extends "0"
      ? "Scalar"
      : `Tensor${Digit}D`
    : never;
