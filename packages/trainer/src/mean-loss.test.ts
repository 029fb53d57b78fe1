import { describeOnBackends, expectTensors } from "@kindling/testing";
import { scalar } from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MeanLoss } from "./mean-loss.ts";

// float32 sums of up to 50 values below 10: 50 roundings of at most 2^-24 of the sum.
const TOLERANCE = 3e-6;

describeOnBackends("MeanLoss", () => {
  test("is the mean over samples, for any mix of batch sizes, and leaves no tensor", async () => {
    const batches = fc.array(
      fc.record({
        loss: fc.float({ min: 0, max: 10, noNaN: true }),
        size: fc.integer({ min: 1, max: 5 }),
      }),
      { minLength: 1, maxLength: 50 },
    );
    await fc.assert(
      fc.asyncProperty(batches, async (list) => {
        const mean = await expectTensors(async () => {
          const losses = new MeanLoss();
          for (const { loss, size } of list) {
            const tensor = scalar(loss);
            losses.add(tensor, size);
            tensor.dispose();
          }
          const value = await losses.compute();
          losses.dispose();
          return value;
        });
        const samples = list.reduce((total, { size }) => total + size, 0);
        const expected = list.reduce((total, { loss, size }) => total + loss * size, 0) / samples;
        expect(Math.abs(mean - expected)).toBeLessThanOrEqual(TOLERANCE * Math.max(1, expected));
      }),
      { numRuns: 30 },
    );
  });

  test("is NaN before the first loss", async () => {
    expect(await new MeanLoss().compute()).toBeNaN();
  });
});
