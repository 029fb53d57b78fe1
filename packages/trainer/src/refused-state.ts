import { DataError, KindlingError } from "@kindling/core";

/**
 * What to throw when somebody's `restore` or `loadStateDict` threw: their own error when it says what is
 * wrong with the state, else one that says whose state it was.
 *
 * @param taker - such as `restore of metric "accuracy"`.
 */
export function refusedState(taker: string, cause: unknown): unknown {
  if (KindlingError.is(cause)) return cause;
  return new DataError(
    `resume: expected a state that ${taker} takes, got one at which it throws: ${String(cause)}`,
    { cause },
  );
}
