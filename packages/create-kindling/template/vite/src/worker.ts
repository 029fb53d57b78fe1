import { wasm } from "@kindling/backend-wasm";
import { manualSeed, selectBackend } from "@kindling/core";
import { serveTraining } from "@kindling/trainer";
import type { Result, Settings } from "./messages.ts";
import { train } from "./train.ts";

serveTraining<Settings, Result>(self, async ({ options, callback }) => {
  const { backend } = await selectBackend([wasm()]);
  manualSeed(0); // the same numbers each time
  const accuracy = await train({ ...options, callbacks: [callback] });
  return { accuracy, backend: backend.describe() };
});
