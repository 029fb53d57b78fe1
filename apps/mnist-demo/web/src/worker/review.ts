import type { Mnist } from "@kindling/datasets";
import type { StateDict } from "@kindling/layers";
import { ConfusionMatrix, softmax } from "@kindling/metrics";
import { argMax, tidy } from "@tensorflow/tfjs-core";
import type { DigitModel } from "../../../src/model.ts";
import type { Filters, Mistake, TestReport } from "../messages.ts";

/** Test digits a batch. */
const BATCH_SIZE = 200;
const CLASSES = 10;

export interface ReviewOptions {
  /** How many of the worst mistakes are kept. */
  readonly worst: number;
  readonly beforeBatch: () => Promise<void>;
}

/** Reads the whole test set once more, to see where the model goes wrong. */
export async function review(
  model: DigitModel,
  test: Mnist,
  { worst, beforeBatch }: ReviewOptions,
): Promise<TestReport> {
  const matrix = new ConfusionMatrix(CLASSES);
  const mistakes: Mistake[] = [];
  try {
    for (let start = 0; start < test.length; start += BATCH_SIZE) {
      await beforeBatch();
      const count = Math.min(BATCH_SIZE, test.length - start);
      const indices = Array.from({ length: count }, (_, i) => start + i);
      for (const mistake of await readBatch(model, test, indices, matrix)) mistakes.push(mistake);
    }
    const confusion = await matrix.compute();
    const correct = confusion.reduce((sum, row, digit) => sum + (row[digit] ?? 0), 0);
    mistakes.sort((a, b) => b.probability - a.probability);
    return {
      accuracy: correct / test.length,
      confusion,
      mistakes: mistakes.slice(0, worst),
      mistakeCount: mistakes.length,
    };
  } finally {
    matrix.dispose();
  }
}

async function readBatch(
  model: DigitModel,
  test: Mnist,
  indices: readonly number[],
  matrix: ConfusionMatrix,
): Promise<Mistake[]> {
  const [images, labels] = test.batch(indices);
  const [shares, digits] = tidy(() => {
    const logits = evaluated(model, () => model.forward(images)); // [n, 10]
    matrix.update(logits, labels);
    return [softmax(logits), argMax(logits, 1)];
  });
  const probabilities = await shares.data();
  const predictions = await digits.data();
  for (const tensor of [images, labels, shares, digits]) tensor.dispose();
  return indices.flatMap((index, row) => {
    const { label } = test.get(index);
    const prediction = predictions[row] as number;
    if (prediction === label) return [];
    const probability = probabilities[CLASSES * row + prediction] as number;
    return [{ pixels: Uint8Array.from(test.image(index)), label, prediction, probability }];
  });
}

/** Runs `f` with the model in evaluation mode, and puts it back in the mode it was in. */
export function evaluated<T>(model: DigitModel, f: () => T): T {
  const { training } = model;
  model.eval();
  try {
    return f();
  } finally {
    model.train(training);
  }
}

/** The first layer's filters. */
export function firstFilters(state: StateDict): Filters {
  const weight = state["conv1.weight"];
  if (weight === undefined) throw new Error("firstFilters: expected a conv1.weight, got none");
  return { side: weight.shape[2] ?? 0, values: Float32Array.from(weight.data) };
}
