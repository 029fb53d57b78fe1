// The other half of threads.ts: makes one call each time that its turn comes.
import { parentPort, workerData } from "node:worker_threads";
import { register } from "tsx/esm/api";

register(); // Node 20 has no TypeScript in workers otherwise
const { loadTrainingKernels } = await import("../packages/backend-wasm/src/simd/module.ts");
const kernels = await loadTrainingKernels(workerData);
const turns = new Int32Array(workerData.buffer, 0, 2);

parentPort.on("message", ({ kernel, parameters }) => {
  Atomics.store(turns, 0, 0);
  Atomics.store(turns, 1, 0);
  parentPort.postMessage("ready");
  for (let done = 0; ; ) {
    Atomics.wait(turns, 0, done);
    if (Atomics.load(turns, 0) < 0) break;
    while (done < Atomics.load(turns, 0)) {
      kernels[kernel](...parameters);
      Atomics.store(turns, 1, ++done);
    }
  }
  parentPort.postMessage("done");
});
parentPort.postMessage("loaded");
