// 2,000 training steps of the reference program (batch 64): tensor count and memory along the way.
// Prints one JSON object per line. Usage: npm run bench:memory --workspace=benchmarks
import { wasm } from "@kindling/backend-wasm";
import { manualSeed, selectBackend } from "@kindling/core";
import { DataLoader, mnist } from "@kindling/datasets";
import { CrossEntropyLoss } from "@kindling/layers";
import { Adam } from "@kindling/optim";
import { backend, memory } from "@tensorflow/tfjs-core";
import { Cnn } from "mnist-demo/model";

const STEPS = 2000;
const EVERY = 200;

await selectBackend([wasm()]);
manualSeed(0);
const loader = new DataLoader(await mnist({ train: true }), { batchSize: 64, shuffle: true });
const model = new Cnn();
const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
const criterion = new CrossEntropyLoss();

let step = 0;
const counts = new Set<number>();
while (step < STEPS) {
  for await (const [images, labels] of loader) {
    const loss = optimizer.step(() => criterion.forward(model.forward(images), labels));
    loss.dispose();
    step++;
    counts.add(memory().numTensors);
    if (step === 1 || step % EVERY === 0) report();
    if (step === STEPS) break;
  }
}
console.log(JSON.stringify({ steps: STEPS, tensorCounts: [...counts] }));

function report(): void {
  const { numTensors, numBytes } = memory();
  const heap = (backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8;
  const toMb = (bytes: number): number => Math.round(bytes / 1e5) / 10;
  console.log(
    JSON.stringify({
      step,
      numTensors,
      tensorMb: toMb(numBytes),
      wasmHeapMb: toMb(heap.byteLength),
      rssMb: toMb(process.memoryUsage().rss),
    }),
  );
}
