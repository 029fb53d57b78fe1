import { activateBackend, BACKENDS } from "@kindling/testing";
import { describeResumedRun } from "./describe-resumed-run.ts";

for (const backend of BACKENDS) describeResumedRun(backend, () => activateBackend(backend));
