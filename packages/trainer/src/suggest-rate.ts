/** A point of a sweep over learning rates that grow by the same factor at each step. */
interface Point {
  readonly lr: number;
  readonly smoothed: number;
}

/** Left out: the share at the start, where the loss is that of few batches, and the points at the end, where it has risen. */
const SKIPPED_START = 0.1;
const SKIPPED_END = 5;

/**
 * fastai's `valley`: the rate in the middle of the longest fall of the loss, which need not be without
 * breaks; null when it falls nowhere.
 *
 * Not where the loss falls most, as Lightning: on the reference CNN with three seeds that gives 0.03 to
 * 0.05 for Adam and 0.9 to 3.9 for SGD, with which it does not train; this gives 0.001 to 0.003 and 0.03 to 0.07.
 */
export function suggestRate(points: readonly Point[]): number | null {
  const considered = points.slice(Math.floor(points.length * SKIPPED_START), -SKIPPED_END);
  /** The most points, each lower than the one before, that end at each point. */
  const lengths: number[] = [];
  let end = 0;
  considered.forEach(({ smoothed }, i) => {
    const before = lengths.filter((_, j) => smoothed < (considered[j]?.smoothed ?? smoothed));
    lengths.push(1 + Math.max(0, ...before));
    if ((lengths[i] ?? 0) > (lengths[end] ?? 0)) end = i;
  });
  const fall = lengths[end] ?? 0;
  if (fall < 2) return null;
  const section = fall / 3;
  const middle = Math.max(0, end - fall) + Math.trunc(section) + Math.trunc(section / 2);
  return considered[middle]?.lr ?? null;
}
