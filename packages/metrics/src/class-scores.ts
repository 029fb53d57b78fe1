import { ArgumentError } from "@kindling/core";
import {
  add,
  cast,
  divNoNan,
  eye,
  greater,
  mul,
  scalar,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
} from "@tensorflow/tfjs-core";
import { countPairs } from "./confusion-matrix.ts";
import { type ClassOutput, checkClassOutput, classesOf } from "./predictions.ts";

/**
 * How the scores of the classes become one.
 *
 * - `macro`: their mean, over the classes that are among the labels or the predictions;
 * - `weighted`: their mean, weighted with how many labels each class has;
 * - `micro`: the score of all counts together, which for one label a row is the accuracy.
 */
export type Average = "macro" | "micro" | "weighted";

/** What {@link precision}, {@link recall} and {@link f1} take besides output and labels. */
export interface ClassScoreOptions {
  /** Needed where the output holds class indices. @defaultValue the scores' second axis */
  classes?: number;
  /** `none` returns a score for each class. @defaultValue "macro" */
  average?: Average | "none";
}

export type ClassScore = "precision" | "recall" | "f1";

/** What a metric, which is one number, accepts. */
export const AVERAGES: readonly string[] = ["macro", "micro", "weighted"];

/** The function behind `precision`, `recall` and `f1`. */
export function classScore(
  score: ClassScore,
  output: ClassOutput,
  labels: Tensor1D,
  { classes, average = "macro" }: ClassScoreOptions,
): Tensor {
  checkClassOutput(score, output, labels);
  checkAverage(score, average, [...AVERAGES, "none"]);
  const count = classesOf(score, output, classes);
  return tidy(() => scoreOf(countPairs(output, labels, count), score, average));
}

export function checkAverage(where: string, average: string, known: readonly string[]): void {
  if (!known.includes(average)) {
    throw new ArgumentError(
      `${where}: expected average to be one of ${known.join(", ")}, got ${average}`,
    );
  }
}

/**
 * The score of a confusion matrix; 0 where a denominator is 0.
 *
 * @returns a scalar, or `[classes]` for `none`; float32. The caller disposes it.
 */
export function scoreOf(matrix: Tensor2D, score: ClassScore, average: Average | "none"): Tensor {
  return tidy(() => {
    const counts = cast<Tensor2D>(matrix, "float32");
    const hits = sum(mul(counts, eye(counts.shape[0])), 1); // [classes]
    const predicted = sum(counts, 0); // [classes]
    const actual = sum(counts, 1); // [classes]
    const both = add(predicted, actual);
    const [numerator, denominator] = {
      precision: [hits, predicted] as const,
      recall: [hits, actual] as const,
      f1: [mul(hits, scalar(2)), both] as const,
    }[score];
    if (average === "micro") return divNoNan(sum(numerator, 0), sum(denominator, 0));
    const scores = divNoNan(numerator, denominator);
    if (average === "none") return scores;
    const weights = average === "weighted" ? actual : cast(greater(both, scalar(0)), "float32");
    return divNoNan(sum(mul(scores, weights), 0), sum(weights, 0));
  });
}
