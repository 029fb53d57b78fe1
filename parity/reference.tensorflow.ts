// The reference program on TensorFlow's kernels: run by npm run test:tensorflow.
import { tensorflow } from "@kindling/backend-tensorflow";
import { selectBackend } from "@kindling/core";
import { engine, memory } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { describeReferenceProgram } from "./describe-reference.ts";
import { stepLosses } from "./reference-program.ts";

/** What tfjs-node's backend has; its types come with the optional peer. */
interface NativeBackend {
  readonly binding: { getNumOfTensors(): number };
}

const STEPS = 40;
/** The first steps make the optimizer's state, and constants that stay. */
const SETTLED = 3;

beforeAll(() =>
  selectBackend(
    tensorflow({ device: process.env.KINDLING_TEST_DEVICE === "cuda" ? "cuda" : "cpu" }),
  ),
);

describeReferenceProgram();

test("a step leaves no tensor behind, with tfjs or with TensorFlow", async () => {
  const { binding } = engine().backend as unknown as NativeBackend;
  const counts: string[] = [];
  await stepLosses({ seed: 0 }, STEPS, () => {
    const { numTensors, numDataBuffers } = memory();
    counts.push(`${numTensors}, ${numDataBuffers}, ${binding.getNumOfTensors()}`);
  });
  expect(new Set(counts.slice(SETTLED)).size, counts.join("; ")).toBe(1);
});
