// A run that is cut off goes on where it was: the weights in the end are those of a run that was never interrupted.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wasm } from "@kindling/backend-wasm";
import { manualSeed, selectBackend } from "@kindling/core";
import { DataLoader, mnist, Subset } from "@kindling/datasets";
import { CrossEntropyLoss, Dropout, Flatten, Linear, ReLU, Sequential } from "@kindling/layers";
import { Adam } from "@kindling/optim";
import { type Callback, Trainer } from "@kindling/trainer";
import { checkpoint, resumeFrom } from "@kindling/trainer/checkpoint";
import { fileStore } from "@kindling/trainer/node";

await selectBackend([wasm()]);
const digits = await mnist({ train: true });
const part = new Subset(
  digits,
  Array.from({ length: 6400 }, (_, i) => i),
);

/** Everything that a program does after it starts; with a folder, it saves there, and goes on from there. */
async function run(folder: string | null, callbacks: Callback[] = []): Promise<string> {
  manualSeed(0);
  const model = new Sequential(
    ...[new Flatten(), new Linear(784, 64), new ReLU(), new Dropout(0.2), new Linear(64, 10)],
  );
  const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
  const loader = new DataLoader(part, { batchSize: 64, shuffle: true });
  const parts = { model, optimizer };
  const store = folder === null ? null : fileStore(folder);
  const resume = store && (await resumeFrom(store, parts));
  const saving = store ? [checkpoint({ store, ...parts, everySteps: 25 })] : [];
  const trainer = new Trainer({
    ...{ ...parts, loss: new CrossEntropyLoss() },
    callbacks: [...saving, ...callbacks],
  });
  const history = await trainer.fit(loader, { epochs: 2, ...(resume ? { resume } : {}) });
  const state = await model.stateDict();
  const weights = Object.values(state).flatMap(({ data }) => [...data.slice(0, 4)]);
  model.dispose();
  optimizer.dispose();
  return `${history.length} epochs, weights ${weights.slice(0, 3).join(", ")} …`;
}

const whole = await run(null);
console.log(`never interrupted: ${whole}`);

const folder = await mkdtemp(join(tmpdir(), "kindling-example-"));
const powerCut: Callback = {
  name: "powerCut",
  onBatchEnd({ step }) {
    if (step === 137) throw new Error("the power went out at step 137");
  },
};
await run(folder, [powerCut]).catch((error: Error) => console.log(`interrupted: ${error.message}`));
const resumed = await run(folder);
console.log(`resumed: ${resumed}`);
await rm(folder, { recursive: true });
if (resumed !== whole) throw new Error("expected the same weights to the bit");
console.log("the same to the bit");
