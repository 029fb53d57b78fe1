/** A point of a line; null is a gap. */
export type Drawn = readonly [x: number, y: number | null];

/**
 * At most `buckets` × 2 points that look the same: of each run of neighbours the lowest and the highest,
 * in order. A gap within a run is not seen, as it would not be in the picture.
 */
export function thin(points: readonly Drawn[], buckets: number): readonly Drawn[] {
  if (points.length <= 2 * buckets) return points;
  const kept: Drawn[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = Math.floor((bucket * points.length) / buckets);
    const end = Math.floor(((bucket + 1) * points.length) / buckets);
    let low = -1;
    let high = -1;
    for (let i = start; i < end; i++) {
      const y = points[i]?.[1] ?? null;
      if (y === null) continue;
      if (low < 0 || y < (points[low]?.[1] as number)) low = i;
      if (high < 0 || y > (points[high]?.[1] as number)) high = i;
    }
    const both = low < 0 ? [start] : [...new Set([Math.min(low, high), Math.max(low, high)])];
    for (const i of both) kept.push(points[i] as Drawn);
  }
  return kept;
}
