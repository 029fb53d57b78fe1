// The whole program against PyTorch, on any backend: same seed, same run. It trains for two epochs on the real MNIST.
import { DataLoader, mnist } from "@kindling/datasets";
import { CrossEntropyLoss } from "@kindling/layers";
import { Accuracy } from "@kindling/metrics";
import { Trainer } from "@kindling/trainer";
import { describe, expect, test } from "vitest";
import {
  largestDifference,
  type ReferenceFixture,
  reference,
  setUp,
  stepLosses,
} from "./reference-program.ts";

type Epoch = NonNullable<ReferenceFixture["runs"][number]["epochs"]>[number];

/** torch's own floor: float32 against float64 differ by 4e-5 in 50 steps. */
const STEP_TOLERANCE = 1e-4;
/** torch with one thread against two: 2e-4. */
const EPOCH_TOLERANCE = 1e-3;
const ACCURACY_TOLERANCE = 0.002;
const EPOCHS = 2;
const TIMEOUT_MS = 10 * 60_000;

/** The tests; the caller makes the backend current before they run. */
export function describeReferenceProgram(): void {
  describe.each(reference.runs)(
    "the reference program, seed $seed",
    ({ seed, stepLosses: expected, epochs }) => {
      test("the first 50 step losses are PyTorch's", { timeout: TIMEOUT_MS }, async () => {
        const losses = await stepLosses({ seed }, expected.length);
        const apart = largestDifference(losses, expected);
        console.log(`seed ${seed}: step losses differ by ${apart.toExponential(1)}`);
        expect(apart).toBeLessThan(STEP_TOLERANCE);
      });

      if (epochs === undefined) return;

      test("two epochs are PyTorch's", { timeout: TIMEOUT_MS }, async () => {
        const { model, optimizer, trainLoader, validationLoader } = await setUp({ seed });
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
          const torch = epochs[i] as Epoch;
          console.log(
            `epoch ${i + 1}: trainLoss ${trainLoss.toFixed(5)} (torch ${torch.trainLoss.toFixed(5)}), ` +
              `valLoss ${valLoss?.toFixed(5)} (torch ${torch.valLoss.toFixed(5)})`,
          );
          expect(Math.abs(trainLoss - torch.trainLoss)).toBeLessThan(EPOCH_TOLERANCE);
          expect(Math.abs((valLoss ?? 0) - torch.valLoss)).toBeLessThan(EPOCH_TOLERANCE);
        }
        const testSet = await mnist({ train: false, download: false });
        const { accuracy } = await trainer.evaluate(new DataLoader(testSet, { batchSize: 500 }));
        const { testAccuracy } = epochs[EPOCHS - 1] as Epoch;
        console.log(`test accuracy ${accuracy} (torch ${testAccuracy})`);
        expect(Math.abs(accuracy - testAccuracy)).toBeLessThan(ACCURACY_TOLERANCE);
      });
    },
  );
}
