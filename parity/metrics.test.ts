import "@kindling/core";
import {
  Accuracy,
  accuracy,
  ConfusionMatrix,
  confusionMatrix,
  F1,
  f1,
  Precision,
  precision,
  Recall,
  recall,
  softmax,
  TopKAccuracy,
  topKAccuracy,
} from "@kindling/metrics";
import { describeOnBackends, expectClose } from "@kindling/testing";
import {
  argMax,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
} from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { type FixtureTensor, fixture } from "./fixtures.ts";

/** One division in float32. */
const TOLERANCE = 1e-6;

type Average = "macro" | "micro" | "weighted";
interface Case {
  readonly name: string;
  readonly scores: FixtureTensor;
  readonly labels: number[];
  readonly accuracy: number;
  readonly top_k: readonly { readonly k: number; readonly value: number }[];
  readonly confusion: number[][];
  readonly scores_by_average: Readonly<
    Record<"precision" | "recall" | "f1", Readonly<Record<Average, number>> & { none: number[] }>
  >;
}
const {
  cases,
  softmax: softmaxes,
  softmax_large,
} = fixture<{
  cases: Case[];
  softmax: { logits: FixtureTensor; probabilities: number[] }[];
  softmax_large: { logits: number[]; probabilities: number[] }[];
}>("metrics");

const FUNCTIONS = { precision, recall, f1 };
const CLASSES = { precision: Precision, recall: Recall, f1: F1 };
const AVERAGES = ["macro", "micro", "weighted"] as const;

describeOnBackends("Metrics equal PyTorch's", () => {
  describe.each(cases)("$name", (item) => {
    const classes = item.scores.shape[1] as number;
    const scores = (): Tensor2D =>
      tensor2d(item.scores.values, item.scores.shape as [number, number]);
    const labels = (): Tensor1D => tensor1d(item.labels, "int32");
    const close = (work: () => Tensor, expected: number | number[]): void => {
      const received = tidy(work);
      expectClose(received, [expected].flat(), { tolerance: TOLERANCE });
      received.dispose();
    };

    it("as functions of scores and of predictions", () => {
      const predicted = (): Tensor1D => argMax(scores(), 1);
      close(() => accuracy(scores(), labels()), item.accuracy);
      close(() => accuracy(predicted(), labels()), item.accuracy);
      for (const { k, value } of item.top_k)
        close(() => topKAccuracy(scores(), labels(), k), value);
      close(() => confusionMatrix(scores(), labels(), classes), item.confusion.flat());
      close(() => confusionMatrix(predicted(), labels(), classes), item.confusion.flat());
    });

    it.each(["precision", "recall", "f1"] as const)("%s with each average", async (score) => {
      for (const average of [...AVERAGES, "none"] as const) {
        const expected = item.scores_by_average[score][average];
        close(() => FUNCTIONS[score](scores(), labels(), { average }), expected);
      }
      for (const average of AVERAGES) {
        const metric = new CLASSES[score](classes, { average });
        tidy(() => metric.update(scores(), labels()));
        expect(await metric.compute()).toBeCloseTo(item.scores_by_average[score][average], 6);
        metric.dispose();
      }
    });

    it("accumulated row by row", async () => {
      const metrics = {
        accuracy: new Accuracy(),
        topK: new TopKAccuracy(item.top_k.at(-1)?.k ?? 1),
        confusion: new ConfusionMatrix(classes),
      };
      item.labels.forEach((label, row) => {
        tidy(() => {
          const own = item.scores.values.slice(row * classes, (row + 1) * classes);
          const batch = [tensor2d([own]), tensor1d([label], "int32")] as const;
          for (const metric of Object.values(metrics)) metric.update(...batch);
        });
      });
      expect(await metrics.accuracy.compute()).toBeCloseTo(item.accuracy, 12);
      expect(await metrics.topK.compute()).toBeCloseTo(item.top_k.at(-1)?.value ?? Number.NaN, 12);
      expect(await metrics.confusion.compute()).toEqual(item.confusion);
      for (const metric of Object.values(metrics)) metric.dispose();
    });
  });

  it.each(softmaxes)("softmax of $logits.shape", ({ logits, probabilities }) => {
    const received = tidy(() => softmax(tensor(logits.values, logits.shape)));
    expect(received.shape).toEqual(logits.shape);
    expectClose(received, probabilities, { tolerance: TOLERANCE });
    received.dispose();
  });

  it.each(softmax_large)("softmax of $logits", ({ logits, probabilities }) => {
    const received = tidy(() => softmax(tensor1d(logits)));
    expectClose(received, probabilities, { tolerance: TOLERANCE });
    received.dispose();
  });
});
