// Exact resume on a GPU by WebGPU: run by npm run test:webgpu.
import { webgpu } from "@kindling/backend-webgpu";
import { selectBackend } from "@kindling/core";
import { test } from "vitest";
import { describeResumedRun } from "./describe-resumed-run.ts";
import { expectKilledRuns } from "./killed-runs.ts";

describeResumedRun("webgpu", () => selectBackend(webgpu()));

test("a run killed again and again ends as one that was not, to the bit", async () => {
  await expectKilledRuns({ backend: "webgpu", runs: 1, kills: 6 });
}, 240_000);
