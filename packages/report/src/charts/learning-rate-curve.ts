import { ArgumentError } from "@kindling/core";
import { type ChartOptions, lineChart } from "./line-chart.ts";

/** What a learning-rate finder gives; the trainer's `findLearningRate` does. */
export interface SweptRates {
  /** The loss at each rate, in the order in which a line joins them. */
  readonly points: readonly {
    readonly lr: number;
    readonly loss: number;
    /** Drawn as a second line; without one, there is none. */
    readonly smoothed?: number;
  }[];
  /** The rate to mark. @defaultValue null, which marks none */
  readonly suggestion?: number | null;
}

/** What {@link learningRateCurve} can be asked for. */
export interface LearningRateCurveOptions extends ChartOptions {
  /** A logarithmic axis of losses. @defaultValue false */
  logarithmic?: boolean;
}

/**
 * The loss by learning rate over a logarithmic axis, the suggested rate marked, as an SVG.
 *
 * @throws {ArgumentError} when the suggestion is not a number above 0, or a size is out of range.
 *
 * @example
 * ```ts
 * learningRateCurve(await findLearningRate({ model, loss, optimizer }, loader));
 * ```
 */
export function learningRateCurve(
  { points, suggestion = null }: SweptRates,
  { logarithmic = false, ...chart }: LearningRateCurveOptions = {},
): string {
  if (suggestion !== null && !(Number.isFinite(suggestion) && suggestion > 0)) {
    throw new ArgumentError(
      `learningRateCurve: expected a suggestion that is a number above 0, got ${suggestion}`,
    );
  }
  const smoothed = points.flatMap(({ lr, smoothed: value }) =>
    value === undefined ? [] : [[lr, value] as const],
  );
  return lineChart({
    ...chart,
    where: "learningRateCurve",
    lines: [
      { name: "loss", points: points.map(({ lr, loss }) => [lr, loss] as const) },
      ...(smoothed.length > 0 ? [{ name: "smoothed", points: smoothed }] : []),
    ],
    xName: "learning rate",
    logX: true,
    logY: logarithmic,
    ...(suggestion === null
      ? {}
      : { mark: { x: suggestion, label: `suggested ${rateText(suggestion)}` } }),
  });
}

function rateText(rate: number): string {
  return rate >= 1e-3 ? String(Number(rate.toPrecision(3))) : rate.toExponential(2);
}
