// The whole program against PyTorch: same seed, same run. It trains for two epochs on the real MNIST,
// which takes about a minute.
import { manualSeed } from "@kindling/core";
import { DataLoader, type Mnist, mnist, randomSplit } from "@kindling/datasets";
import { CrossEntropyLoss } from "@kindling/layers";
import { Accuracy } from "@kindling/metrics";
import { Adam } from "@kindling/optim";
import { activateBackend } from "@kindling/testing";
import { Trainer } from "@kindling/trainer";
import { Cnn } from "mnist-demo/model";
import { beforeAll, describe, expect, test } from "vitest";
import { fixture } from "./fixtures.ts";

interface Epoch {
  readonly trainLoss: number;
  readonly valLoss: number;
  readonly testAccuracy: number;
}

interface ReferenceFixture {
  readonly runs: readonly {
    readonly seed: number;
    readonly stepLosses: readonly number[];
    /** Of seed 0 only. */
    readonly epochs?: readonly Epoch[];
  }[];
}

/** torch's own floor: float32 against float64 differ by 4e-5 in 50 steps. */
const STEP_TOLERANCE = 1e-4;
/** torch with one thread against two: 2e-4. */
const EPOCH_TOLERANCE = 1e-3;
const ACCURACY_TOLERANCE = 0.002;
const EPOCHS = 2;
const TIMEOUT_MS = 10 * 60_000;

const { runs } = fixture<ReferenceFixture>("reference");
let train: Mnist;
let testSet: Mnist;

beforeAll(async () => {
  await activateBackend("wasm");
  train = await mnist({ train: true, download: false });
  testSet = await mnist({ train: false, download: false });
});

/** Draws from the generator in the order of the Python program: split, weights, then the loaders' orders. */
function setUp(seed: number) {
  manualSeed(seed);
  const [training, validation] = randomSplit(train, [0.8, 0.2]);
  const options = { batchSize: 64, shuffle: true };
  const trainLoader = new DataLoader(training, options);
  const validationLoader = new DataLoader(validation, options);
  const model = new Cnn();
  const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
  return { model, optimizer, trainLoader, validationLoader };
}

describe.each(runs)("the reference program, seed $seed", ({ seed, stepLosses, epochs }) => {
  test("the first 50 step losses are PyTorch's", { timeout: TIMEOUT_MS }, async () => {
    const { model, optimizer, trainLoader } = setUp(seed);
    const criterion = new CrossEntropyLoss();
    const losses: number[] = [];
    for await (const [images, labels] of trainLoader) {
      const loss = optimizer.step(() => criterion.forward(model.forward(images), labels));
      losses.push((await loss.data())[0] as number);
      loss.dispose();
      if (losses.length === stepLosses.length) break;
    }
    const errors = losses.map((loss, i) => Math.abs(loss - (stepLosses[i] as number)));
    console.log(`seed ${seed}: step losses differ by ${Math.max(...errors).toExponential(1)}`);
    expect(Math.max(...errors)).toBeLessThan(STEP_TOLERANCE);
  });

  if (epochs === undefined) return;

  test("two epochs are PyTorch's", { timeout: TIMEOUT_MS }, async () => {
    const { model, optimizer, trainLoader, validationLoader } = setUp(seed);
    const trainer = new Trainer({
      model,
      loss: new CrossEntropyLoss(),
      optimizer,
      metrics: { accuracy: new Accuracy() },
    });
    const history = await trainer.fit(trainLoader, {
      epochs: EPOCHS,
      validation: validationLoader,
      trainMetrics: false,
    });
    for (const [i, { trainLoss, valLoss }] of history.entries()) {
      const expected = epochs[i] as Epoch;
      console.log(
        `epoch ${i + 1}: trainLoss ${trainLoss.toFixed(5)} (torch ${expected.trainLoss.toFixed(5)}), ` +
          `valLoss ${valLoss?.toFixed(5)} (torch ${expected.valLoss.toFixed(5)})`,
      );
      expect(Math.abs(trainLoss - expected.trainLoss)).toBeLessThan(EPOCH_TOLERANCE);
      expect(Math.abs((valLoss ?? 0) - expected.valLoss)).toBeLessThan(EPOCH_TOLERANCE);
    }
    const { accuracy } = await trainer.evaluate(new DataLoader(testSet, { batchSize: 500 }));
    const expected = (epochs[EPOCHS - 1] as Epoch).testAccuracy;
    console.log(`test accuracy ${accuracy} (torch ${expected})`);
    expect(Math.abs(accuracy - expected)).toBeLessThan(ACCURACY_TOLERANCE);
  });
});
