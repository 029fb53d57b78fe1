// For killed-runs.ts, which runs it in a process of its own: trains the example, resuming when it can, and
// prints how far it is and, at the end, its fingerprint.
/// <reference types="node" />
import { argv, env, stdout } from "node:process";
import { type Backend, selectBackend } from "@kindling/core";
import type { Callback } from "../callback.ts";
import { fileStore } from "../node/file-store.ts";
import { exampleRun } from "./example-run.ts";
import { type CheckpointStore, checkpoint, resumeFrom } from "./index.ts";

/** Long enough that most kills meet a run under way. */
const EPOCHS = 30;

const [, , folder = "", backend = ""] = argv;
const disk = fileStore(folder);
// Says when it is writing, so that the test can kill it then.
const store: CheckpointStore = {
  ...disk,
  async write(name, files) {
    stdout.write("writing\n");
    await disk.write(name, files);
  },
};
const told: Callback = {
  name: "told",
  onBatchEnd: ({ step }) => void stdout.write(`step ${step}\n`),
};

await selectBackend(await backendOf(backend));
const run = exampleRun();
const resume = await resumeFrom(store, run);
stdout.write(`from ${resume?.step ?? 0}\n`);
const saving = checkpoint({ store, ...run, everySteps: 2, everyEpochs: 1 });
const history = await run.fit(EPOCHS, [saving, told], resume);
stdout.write(`done ${await run.fingerprint(history)}\n`);

// Only the one that is asked for: two of them bring libraries that are not everywhere.
async function backendOf(name: string): Promise<Backend> {
  if (name === "tensorflow") {
    const { tensorflow } = await import("@kindling/backend-tensorflow");
    return tensorflow({ device: env.KINDLING_TEST_DEVICE === "cuda" ? "cuda" : "cpu" });
  }
  if (name === "webgpu") return (await import("@kindling/backend-webgpu")).webgpu();
  return (await import("@kindling/backend-wasm")).wasm();
}
