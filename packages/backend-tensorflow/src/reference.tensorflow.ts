/// <reference types="node" />
// The whole program against PyTorch: same seed, same run, on the real MNIST.
import { readFileSync } from "node:fs";
import { selectBackend } from "@kindling/core";
import { type Mnist, mnist } from "@kindling/datasets";
import { engine, memory } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { NodeBackend } from "./binding/node-backend.ts";
import { DEVICE } from "./device-of-tests.ts";
import { type ReferenceProgram, referenceProgram } from "./reference-program.ts";
import { tensorflow } from "./tensorflow.ts";

interface Fixture {
  readonly runs: readonly {
    readonly seed: number;
    readonly stepLosses: readonly number[];
    /** Of seed 0 only. */
    readonly epochs?: readonly { readonly trainLoss: number; readonly valLoss: number }[];
  }[];
}

/** PyTorch's own floor: float32 against float64 differ by 4e-5 in 50 steps. */
const STEP_TOLERANCE = 1e-4;
/** PyTorch with one thread against two: 2e-4. */
const EPOCH_TOLERANCE = 1e-3;
const EPOCHS = 2;
const TIMEOUT_MS = 10 * 60_000;

const FIXTURE = new URL("../../../parity/fixtures/reference.json", import.meta.url);
const { runs }: Fixture = JSON.parse(readFileSync(FIXTURE, "utf8"));

let samples: Mnist;

beforeAll(async () => {
  await selectBackend(tensorflow({ device: DEVICE }));
  samples = await mnist({ train: true, download: false });
});

describe.each(runs)("the reference program, seed $seed", ({ seed, stepLosses, epochs }) => {
  test("the first 50 step losses are PyTorch's", { timeout: TIMEOUT_MS }, async () => {
    const { training, step } = referenceProgram(samples, seed);
    const losses: number[] = [];
    for await (const [images, labels] of training) {
      const loss = step(images, labels);
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
    const program = referenceProgram(samples, seed);
    for (const { trainLoss, valLoss } of epochs.slice(0, EPOCHS)) {
      const trained = await meanLoss(program.training, program.step);
      const validated = await meanLoss(program.validation, program.loss);
      console.log(`losses ${trained} (torch ${trainLoss}), ${validated} (torch ${valLoss})`);
      expect(Math.abs(trained - trainLoss)).toBeLessThan(EPOCH_TOLERANCE);
      expect(Math.abs(validated - valLoss)).toBeLessThan(EPOCH_TOLERANCE);
    }
  });
});

test("a step leaves no tensor behind, with tfjs or with TensorFlow", async () => {
  const { training, step } = referenceProgram(samples, 0);
  const { binding } = engine().backend as NodeBackend;
  const counts: string[] = [];
  for await (const [images, labels] of training) {
    step(images, labels).dispose();
    counts.push(`${memory().numTensors}, ${memory().numDataBuffers}, ${binding.getNumOfTensors()}`);
    if (counts.length === 40) break;
  }
  // The first steps make the optimizer's state, and constants that stay.
  expect(new Set(counts.slice(3)).size, counts.join("; ")).toBe(1);
});

async function meanLoss(
  batches: ReferenceProgram["training"],
  lossOf: ReferenceProgram["loss"],
): Promise<number> {
  let [total, count] = [0, 0];
  for await (const [images, labels] of batches) {
    const loss = lossOf(images, labels);
    total += ((await loss.data())[0] as number) * labels.size;
    count += labels.size;
    loss.dispose();
  }
  return total / count;
}
