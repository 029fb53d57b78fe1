// What metrics take and give.
import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import { expectTypeOf, test } from "vitest";
import { Accuracy, ConfusionMatrix, F1, type Metric } from "./index.ts";

declare const scores: Tensor2D;
declare const labels: Tensor1D;
declare const unranked: Tensor;

test("a metric takes scores and labels and gives a number", () => {
  const accuracy = new Accuracy();
  accuracy.update(scores, labels);
  expectTypeOf(accuracy.compute()).toEqualTypeOf<Promise<number>>();
  accuracy.update(unranked, labels); // what a Sequential gives
  // @ts-expect-error labels are [n]
  accuracy.update(scores, scores);
  // @ts-expect-error labels are missing
  accuracy.update(scores);
});

test("metrics of one kind merge", () => {
  new Accuracy().merge(new Accuracy());
  // @ts-expect-error another metric
  new Accuracy().merge(new ConfusionMatrix(3));
});

test("an average is one of those there are", () => {
  new F1(3, { average: "macro" });
  // @ts-expect-error a metric is one number, for all classes
  new F1(3, { average: "none" });
  // @ts-expect-error a misspelt average
  new F1(3, { average: "marco" });
});

test("what a metric's direction is", () => {
  expectTypeOf<Metric<Tensor2D, Tensor1D>["higherIsBetter"]>().toEqualTypeOf<boolean | null>();
});
