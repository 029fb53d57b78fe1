import { test } from "vitest";
import { expectKilledRuns } from "./killed-runs.ts";

test("a run killed again and again ends as one that was not, to the bit", async () => {
  await expectKilledRuns({ backend: "wasm", runs: 3, kills: 12 });
}, 180_000);
