// The program of generators/reference.py, for the tests that hold backends to its losses.
import { manualSeed } from "@kindling/core";
import {
  DataLoader,
  type ImageSample,
  type LabelledBatch,
  mnist,
  randomSplit,
  Subset,
} from "@kindling/datasets";
import { CrossEntropyLoss } from "@kindling/layers";
import { Adam } from "@kindling/optim";
import { Cnn } from "mnist-demo/model";
import { fixture } from "./fixtures.ts";

export interface ReferenceFixture {
  readonly runs: readonly {
    readonly seed: number;
    readonly stepLosses: readonly number[];
    /** Of seed 0 only. */
    readonly epochs?: readonly {
      readonly trainLoss: number;
      readonly valLoss: number;
      readonly testAccuracy: number;
    }[];
  }[];
  /** For backends that need a second a step. */
  readonly smallBatches: {
    readonly seed: number;
    readonly batchSize: number;
    readonly stepLosses: readonly number[];
  };
}

export const reference: ReferenceFixture = fixture<ReferenceFixture>("reference");

export interface SetUp {
  readonly seed: number;
  /** @defaultValue 64 */
  readonly batchSize?: number;
  /** Only the first samples of the training set. */
  readonly samples?: number;
}

export interface Program {
  readonly model: Cnn;
  readonly optimizer: Adam;
  readonly trainLoader: DataLoader<ImageSample, LabelledBatch>;
  readonly validationLoader: DataLoader<ImageSample, LabelledBatch>;
}

/** Draws from the generator in the order of the Python program: split, weights, then the loaders' orders. */
export async function setUp({ seed, batchSize = 64, samples }: SetUp): Promise<Program> {
  const all = await mnist({ train: true, download: false });
  const used = Array.from({ length: samples ?? all.length }, (_, i) => i);
  manualSeed(seed);
  const [training, validation] = randomSplit(new Subset(all, used), [0.8, 0.2]);
  const options = { batchSize, shuffle: true };
  const trainLoader = new DataLoader(training, options);
  const validationLoader = new DataLoader(validation, options);
  const model = new Cnn();
  const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
  return { model, optimizer, trainLoader, validationLoader };
}

/** The losses of the first steps, epoch after epoch; `afterStep` may look at what a step left. */
export async function stepLosses(
  options: SetUp,
  steps: number,
  afterStep: () => void = () => {},
): Promise<number[]> {
  const { model, optimizer, trainLoader } = await setUp(options);
  const criterion = new CrossEntropyLoss();
  const losses: number[] = [];
  while (losses.length < steps) {
    for await (const [images, labels] of trainLoader) {
      const loss = optimizer.step(() => criterion.forward(model.forward(images), labels));
      losses.push((await loss.data())[0] as number);
      loss.dispose();
      afterStep();
      if (losses.length === steps) break;
    }
  }
  optimizer.dispose();
  model.dispose();
  return losses;
}

/** How far two runs are apart at most. */
export function largestDifference(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))));
}
