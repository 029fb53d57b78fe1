/** `HistogramProto`: counts, and to each the right end of its bucket. */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly num: number;
  readonly sum: number;
  readonly sumSquares: number;
  readonly limits: number[];
  readonly counts: number[];
}

/**
 * Counts values in TensorBoard's buckets: ±1e-12 times powers of 1.1, as torch's `bins="tensorflow"`.
 *
 * Only the buckets from the first to the last that has a value are kept, after an empty one whose limit
 * is the left end of the first. NaN and infinities are left out; beyond ±1e20 the last bucket counts.
 *
 * @returns null when no value is finite.
 */
export function makeHistogram(values: ArrayLike<number>): Histogram | null {
  let [min, max, num, sum, sumSquares] = [Infinity, -Infinity, 0, 0, 0];
  const counts = new Float64Array(EDGES.length - 1);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    const bucket = bucketOf(value);
    counts[bucket] = (counts[bucket] as number) + 1;
    if (value < min) min = value;
    if (value > max) max = value;
    num++;
    sum += value;
    sumSquares += value * value;
  }
  if (num === 0) return null;
  const first = counts.findIndex((count) => count > 0);
  const last = counts.findLastIndex((count) => count > 0);
  return {
    min,
    max,
    num,
    sum,
    sumSquares,
    limits: EDGES.slice(first, last + 2),
    counts: [0, ...counts.subarray(first, last + 1)],
  };
}

// By repeated multiplication, as in torch and TensorFlow: the limits are the same to the last bit.
const EDGES: readonly number[] = (() => {
  const positive: number[] = [];
  for (let edge = 1e-12; edge < 1e20; edge *= 1.1) positive.push(edge);
  return [...positive.map((edge) => -edge).reverse(), 0, ...positive];
})();

/** The bucket whose left end is the last edge not above the value. */
function bucketOf(value: number): number {
  let low = 0;
  let high = EDGES.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((EDGES[middle] as number) <= value) low = middle;
    else high = middle;
  }
  return low;
}
