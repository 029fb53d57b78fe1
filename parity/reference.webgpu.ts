// The reference program on a GPU by WebGPU: run by npm run test:webgpu.
import { wasm } from "@kindling/backend-wasm";
import { webgpu } from "@kindling/backend-webgpu";
import { selectBackend } from "@kindling/core";
import { memory } from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { largestDifference, reference, stepLosses } from "./reference-program.ts";

/** torch's own floor: float32 against float64 differ by 4e-5 in 50 steps. */
const TOLERANCE = 1e-4;
const GROWTH_STEPS = 200;
const SETTLED = 20;

describe("the reference program on webgpu", () => {
  test("the first 20 losses at batch 16 are PyTorch's and wasm's", async () => {
    const { smallBatches } = reference;
    const steps = smallBatches.stepLosses.length;
    await selectBackend(wasm());
    const onWasm = await stepLosses(smallBatches, steps);
    await selectBackend(webgpu());
    const losses = await stepLosses(smallBatches, steps);
    const fromTorch = largestDifference(losses, smallBatches.stepLosses);
    const fromWasm = largestDifference(losses, onWasm);
    console.log(`apart: ${fromTorch.toExponential(1)} torch, ${fromWasm.toExponential(1)} wasm`);
    expect(fromTorch).toBeLessThan(TOLERANCE);
    expect(fromWasm).toBeLessThan(TOLERANCE);
  });

  test("200 steps with short last batches leave tensors and GPU memory as they are", async () => {
    await selectBackend(webgpu());
    const [tensors, bytes]: [number[], number[]] = [[], []];
    const options = { seed: 0, batchSize: 4, samples: 63 }; // 50 to train on: the 13th batch has 2
    await stepLosses(options, GROWTH_STEPS, () => {
      const { numTensors, numBytesAllocatedInGPU } = memory() as ReturnType<typeof memory> & {
        readonly numBytesAllocatedInGPU: number;
      };
      tensors.push(numTensors);
      bytes.push(numBytesAllocatedInGPU);
    });
    console.log(`GPU bytes: ${bytes[SETTLED]} at step ${SETTLED}, ${bytes.at(-1)} at the end`);
    expect(new Set(tensors.slice(SETTLED)).size).toBe(1);
    expect(Math.max(...bytes)).toBe(Math.max(...bytes.slice(0, SETTLED)));
  });
});
