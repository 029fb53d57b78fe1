import type { CheckpointInfo } from "./manifest.ts";

export interface Best {
  readonly monitor: string;
  readonly k: number;
  readonly higherIsBetter: boolean;
}

/** The checkpoints to remove: all but the last few and the best few. Of equal ones the earlier is better. */
export function toRemove(
  checkpoints: readonly CheckpointInfo[],
  keepLast: number,
  best: Best | null,
): CheckpointInfo[] {
  const inOrder = [...checkpoints].sort((a, b) => (a.name < b.name ? -1 : 1));
  const kept = new Set(keepLast === 0 ? [] : inOrder.slice(-keepLast));
  if (best !== null) {
    const sign = best.higherIsBetter ? -1 : 1;
    const value = ({ metrics }: CheckpointInfo): number =>
      sign * (metrics?.[best.monitor] ?? Number.NaN);
    const ranked = inOrder
      .filter((info) => !Number.isNaN(value(info)))
      .sort((a, b) => value(a) - value(b));
    for (const info of ranked.slice(0, best.k)) kept.add(info);
  }
  return inOrder.filter((info) => !kept.has(info));
}
