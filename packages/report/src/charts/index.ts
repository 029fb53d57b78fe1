export { type CurvesOptions, curves, type Row } from "./curves.ts";
export {
  type LearningRateCurveOptions,
  learningRateCurve,
  type SweptRates,
} from "./learning-rate-curve.ts";
export type { ChartOptions } from "./line-chart.ts";
export type { Theme } from "./theme.ts";
