// Exact resume on TensorFlow's kernels, which keep an optimizer's state in variables: run by npm run test:tensorflow.
/// <reference types="node" />
import { env } from "node:process";
import { tensorflow } from "@kindling/backend-tensorflow";
import { selectBackend } from "@kindling/core";
import { test } from "vitest";
import { describeResumedRun } from "./describe-resumed-run.ts";
import { expectKilledRuns } from "./killed-runs.ts";

const device = env.KINDLING_TEST_DEVICE === "cuda" ? "cuda" : "cpu";

for (const optimizer of ["adam", "sgd"] as const) {
  describeResumedRun(
    `tensorflow, ${optimizer}`,
    () => selectBackend(tensorflow({ device })),
    optimizer,
  );
}

test("a run killed again and again ends as one that was not, to the bit", async () => {
  await expectKilledRuns({ backend: "tensorflow", runs: 1, kills: 6 });
}, 240_000);
