// Where the time of one training step goes: its kernels, how often each runs and for how long.
// Usage: npm run bench:profile -w benchmarks -- [reference|larger] [batch]
import { wasm } from "@kindling/backend-wasm";
import { Generator, selectBackend } from "@kindling/core";
import { CrossEntropyLoss } from "@kindling/layers";
import { Adam } from "@kindling/optim";
import {
  getKernelsForBackend,
  type KernelConfig,
  registerKernel,
  tensor1d,
  tensor4d,
  unregisterKernel,
} from "@tensorflow/tfjs-core";
import { makeModel } from "./adapters/models.ts";

const [name = "reference", size = "64"] = process.argv.slice(2);
const batch = Number(size);
const WARM_UP = 30;
const STEPS = 100;

await selectBackend(wasm());
const spent = new Map<string, { calls: number; ms: number }>();
// Kernels run inside kernels: an inner one's time is not the outer one's as well.
let inner = 0;
for (const kernel of getKernelsForBackend("wasm")) {
  unregisterKernel(kernel.kernelName, "wasm");
  registerKernel({ ...kernel, kernelFunc: timed(kernel) });
}

const generator = new Generator(0);
const images = tensor4d(generator.uniform(batch * 784), [batch, 28, 28, 1]);
const classes = Int32Array.from({ length: batch }, () => generator.integer(10));
const labels = tensor1d(classes, "int32");
const model = makeModel(name);
const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
const criterion = new CrossEntropyLoss();
for (let i = 0; i < WARM_UP; i++) step();
spent.clear();
const start = performance.now();
for (let i = 0; i < STEPS; i++) step();
const total = (performance.now() - start) / STEPS;

const rows = [...spent].map(([kernel, { calls, ms }]) => ({
  kernel,
  calls: calls / STEPS,
  ms: Number((ms / STEPS).toFixed(3)),
}));
rows.sort((a, b) => b.ms - a.ms);
console.table(rows);
const calls = rows.reduce((sum, row) => sum + row.calls, 0);
const inKernels = rows.reduce((sum, row) => sum + row.ms, 0);
console.log(
  `${name}, batch ${batch}: ${total.toFixed(2)} ms a step, ${calls} kernels, ${inKernels.toFixed(2)} ms in them`,
);

function step(): void {
  optimizer.step(() => criterion.forward(model.forward(images), labels)).dispose();
}

function timed({ kernelName, kernelFunc }: KernelConfig): KernelConfig["kernelFunc"] {
  return (call) => {
    const outer = inner;
    inner = 0;
    const began = performance.now();
    const result = kernelFunc(call);
    const ms = performance.now() - began;
    const entry = spent.get(kernelName) ?? { calls: 0, ms: 0 };
    spent.set(kernelName, { calls: entry.calls + 1, ms: entry.ms + ms - inner });
    inner = outer + ms;
    return result;
  };
}
