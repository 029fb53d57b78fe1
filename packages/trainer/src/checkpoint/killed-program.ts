// For killed.test.ts, which runs it in a process of its own: trains the example, resuming when it can, and
// prints how far it is and, at the end, its fingerprint.
/// <reference types="node" />
import { argv, stdout } from "node:process";
import { wasm } from "@kindling/backend-wasm";
import { selectBackend } from "@kindling/core";
import type { Callback } from "../callback.ts";
import { fileStore } from "../node/file-store.ts";
import { exampleRun } from "./example-run.ts";
import { type CheckpointStore, checkpoint, resumeFrom } from "./index.ts";

/** Long enough that most kills meet a run under way. */
const EPOCHS = 30;

const [, , folder = ""] = argv;
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

await selectBackend(wasm());
const run = exampleRun();
const resume = await resumeFrom(store, run);
stdout.write(`from ${resume?.step ?? 0}\n`);
const saving = checkpoint({ store, ...run, everySteps: 2, everyEpochs: 1 });
const history = await run.fit(EPOCHS, [saving, told], resume);
stdout.write(`done ${await run.fingerprint(history)}\n`);
