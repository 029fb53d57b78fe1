// Tensors and resident memory over many steps of the reference CNN on TensorFlow's CPU kernels. It wants what
// tensorflow-step.ts does.
//
//   npm run bench:tensorflow-memory -w benchmarks -- [--steps 5000]
import { parseArgs } from "node:util";
import { tensorflow } from "@kindling/backend-tensorflow";
import { manualSeed, selectBackend } from "@kindling/core";
import { DataLoader, mnist } from "@kindling/datasets";
import { CrossEntropyLoss } from "@kindling/layers";
import { Adam } from "@kindling/optim";
import { engine, memory } from "@tensorflow/tfjs-core";
import { Cnn } from "mnist-demo/model";

const { values } = parseArgs({ options: { steps: { type: "string", default: "5000" } } });
const STEPS = Number(values.steps);
const SAMPLES = 10;

await selectBackend(tensorflow({ device: "cpu" }));
const { binding } = engine().backend as unknown as {
  readonly binding: { getNumOfTensors(): number };
};
manualSeed(0);
const loader = new DataLoader(await mnist({ train: true }), { batchSize: 64, shuffle: true });
const model = new Cnn();
const optimizer = new Adam(model.parameters());
const criterion = new CrossEntropyLoss();
const rows: object[] = [];
let step = 0;
while (step < STEPS) {
  for await (const [images, labels] of loader) {
    const loss = optimizer.step(() => criterion.forward(model.forward(images), labels));
    await loss.data();
    loss.dispose();
    step++;
    if (step === 1 || step % Math.ceil(STEPS / SAMPLES) === 0) {
      const { numTensors } = memory();
      const native = binding.getNumOfTensors();
      const residentMB = Math.round(process.memoryUsage.rss() / 2 ** 20);
      rows.push({ step, tensors: numTensors, native, residentMB });
    }
    if (step === STEPS) break;
  }
}
console.table(rows);
