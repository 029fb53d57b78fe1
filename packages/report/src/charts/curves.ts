import { ArgumentError } from "@kindling/core";
import { type ChartOptions, lineChart } from "./line-chart.ts";

/** A row of numbers: what `fit` returns has one an epoch. */
export type Row = Readonly<Record<string, number | undefined>>;

/** What {@link curves} can be asked for. */
export interface CurvesOptions extends ChartOptions {
  /** The keys to draw, a line each. @defaultValue the losses; all keys where there are none */
  metrics?: readonly string[];
  /** The key of the horizontal axis. @defaultValue "epoch" */
  x?: string;
  /** A logarithmic vertical axis. @defaultValue false */
  logarithmic?: boolean;
}

/**
 * Curves of a run's metrics, as an SVG. NaN and infinities are gaps.
 *
 * @param rows - the history that `fit` returns, or any rows of numbers.
 * @throws {ArgumentError} when no row has a metric asked for, or a size is out of range.
 *
 * @example
 * ```ts
 * await writeFile("loss.svg", curves(history, { title: "Loss" }));
 * ```
 */
export function curves(rows: readonly Row[], options: CurvesOptions = {}): string {
  const { metrics, x = "epoch", logarithmic = false, ...chart } = options;
  const known = keysOf(rows).filter((key) => key !== x);
  for (const metric of metrics ?? []) {
    if (rows.length > 0 && !known.includes(metric)) {
      throw new ArgumentError(
        `curves: expected a metric "${metric}", got none; the rows have ${known.join(", ")}`,
      );
    }
  }
  const losses = known.filter((key) => /^(train|val)Loss$/.test(key));
  const drawn = metrics ?? (losses.length > 0 ? losses : known.filter((key) => key !== "seconds"));
  return lineChart({
    ...chart,
    where: "curves",
    lines: drawn.map((key) => ({
      name: key,
      points: rows.map((row) => [row[x] ?? Number.NaN, row[key] ?? Number.NaN] as const),
    })),
    xName: x,
    integerX: x === "epoch" || x === "step",
    logY: logarithmic,
  });
}

/** Every key of any row, in the order of their first row. */
export function keysOf(rows: readonly Row[]): string[] {
  const keys = new Set<string>();
  for (const row of rows) {
    for (const key of Object.keys(row)) keys.add(key);
  }
  return [...keys];
}
