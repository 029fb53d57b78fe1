import type { Backend, SkippedBackend } from "@kindling/core";
import type { Mnist } from "@kindling/datasets";
import { softmax } from "@kindling/metrics";
import { type Callback, stopOnNaN } from "@kindling/trainer";
import { progress } from "@kindling/trainer/node";
import { argMax, tidy } from "@tensorflow/tfjs-core";
import type { DigitModel } from "../model.ts";
import { train } from "../train.ts";
import { bars } from "./bars.ts";
import type { CliOptions } from "./options.ts";
import { toText, writePng } from "./picture.ts";

export interface RunOptions {
  readonly options: CliOptions;
  readonly backend: Backend;
  /** Those that were passed over, and why. */
  readonly skipped: readonly SkippedBackend[];
  readonly train: Mnist;
  readonly test: Mnist;
}

/** Shows a digit, trains, tests, and reads a digit; prints as text or as one JSON object per line. */
export async function run({ options, backend, skipped, ...data }: RunOptions): Promise<void> {
  const print = options.json ? () => {} : (text: string) => console.log(text);
  const start = performance.now();
  print(`Backend: ${backend.describe()}`);
  for (const { name, reason } of skipped) print(`  not ${name}: ${reason}`);
  print("");
  await showDigit(data.test, options, print);

  let parameters = 0;
  const { model, testAccuracy } = await train({
    ...data,
    epochs: options.epochs,
    batchSize: options.batchSize,
    learningRate: options.lr,
    seed: options.seed,
    limit: options.limit,
    callbacks: [stopOnNaN(), options.json ? jsonLines() : progress()],
    onModel(made) {
      parameters = made.parameters().reduce((total, parameter) => total + parameter.size, 0);
      print(`${made}\n${parameters.toLocaleString("en")} parameters\n`);
    },
  });

  const seconds = (performance.now() - start) / 1000;
  if (options.json) {
    printJson({ testAccuracy, parameters, backend: backend.name, seconds });
    return;
  }
  print(`\nTest accuracy: ${(100 * testAccuracy).toFixed(2)} % (${seconds.toFixed(1)} s)\n`);
  print(await readDigit(model, data.test));
}

async function showDigit(
  test: Mnist,
  options: CliOptions,
  print: (text: string) => void,
): Promise<void> {
  const { pixels, label } = test.get(0);
  const picture = { pixels, width: 28, height: 28 };
  const colours = process.stdout.isTTY && process.stdout.hasColors(256);
  print(`${toText(picture, colours)}\nThe first test digit; its label is ${label}.\n`);
  if (options.image !== undefined) {
    await writePng(options.image, picture);
    print(`Written to ${options.image}.\n`);
  }
}

// What the trained model makes of the first test digit.
async function readDigit(model: DigitModel, test: Mnist): Promise<string> {
  const [images, labels] = test.batch([0]);
  const { logits, prediction, probabilities } = tidy(() => {
    const scores = model.forward(images); // [1, 10]
    return { logits: scores, prediction: argMax(scores, 1), probabilities: softmax(scores) };
  });
  const values = await logits.data();
  const digit = (await prediction.data())[0] as number;
  const shares = await probabilities.data();
  for (const tensor of [images, labels, logits, prediction, probabilities]) tensor.dispose();
  const rounded = Array.from(values, (value) => value.toFixed(3)).join("  ");
  const names = Array.from({ length: shares.length }, (_, i) => String(i));
  return `Logits: ${rounded}\nPrediction: ${digit}, label: ${test.get(0).label}\n\n${bars(names, shares)}`;
}

function jsonLines(): Callback {
  return {
    name: "jsonLines",
    onEpochEnd({ epoch, metrics, seconds }) {
      printJson({ epoch, trainLoss: metrics.trainLoss, valLoss: metrics.valLoss, seconds });
    },
  };
}

function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
