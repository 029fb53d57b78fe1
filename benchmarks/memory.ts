// The memory of the reference program (batch 64): within a step, and over 10,000 steps, which must leave nothing.
// Usage: npm run bench:memory -w benchmarks -- [--steps 10000]
import { parseArgs } from "node:util";
import { wasm } from "@kindling/backend-wasm";
import { manualSeed, selectBackend } from "@kindling/core";
import { DataLoader, mnist } from "@kindling/datasets";
import { CrossEntropyLoss } from "@kindling/layers";
import { Adam } from "@kindling/optim";
import { backend, memory } from "@tensorflow/tfjs-core";
import { Cnn } from "mnist-demo/model";
import { bestBuild } from "../packages/backend-wasm/src/simd/module.ts";
import { type Machine, machine, writeResults } from "./results.ts";

export interface MemoryResults {
  readonly machine: Machine;
  readonly build: string;
  readonly batch: number;
  readonly steps: number;
  /** What the tensors and working blocks of a step take on the wasm heap: between steps, and at most. */
  readonly stepMb: { readonly held: number; readonly peak: number };
  readonly samples: readonly MemorySample[];
  /** Every number of tensors that there was after a step. */
  readonly tensorCounts: readonly number[];
  /** The most that the process has held. */
  readonly peakRssMb: number;
}

interface MemorySample {
  readonly step: number;
  readonly tensors: number;
  readonly tensorMb: number;
  readonly wasmHeapMb: number;
  readonly rssMb: number;
}

/** The parts of tfjs's Emscripten module that are used here. */
interface Emscripten {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}

const BATCH = 64;
const EVERY = 1000;
const { values } = parseArgs({ options: { steps: { type: "string", default: "10000" } } });
const steps = Number(values.steps);

await selectBackend(wasm());
const heap = (backend() as unknown as { wasm: Emscripten }).wasm;
const allocated = watch(heap);
manualSeed(0);
const train = await mnist({ train: true });
const loader = new DataLoader(train, { batchSize: BATCH, shuffle: true, dropLast: true });
const model = new Cnn();
const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
const criterion = new CrossEntropyLoss();

const before = machine();
const samples: MemorySample[] = [];
const tensorCounts = new Set<number>();
let step = 0;
while (step < steps) {
  for await (const [images, labels] of loader) {
    const loss = optimizer.step(() => criterion.forward(model.forward(images), labels));
    loss.dispose();
    step++;
    tensorCounts.add(memory().numTensors);
    if (step === 1 || step % EVERY === 0) samples.push(sample(step));
    if (step === steps) break;
  }
}
const stepMb = { held: toMb(allocated.held), peak: toMb(allocated.peak) };
const results: MemoryResults = {
  ...{ machine: before, build: bestBuild() ?? "none", batch: BATCH, steps, stepMb, samples },
  tensorCounts: [...tensorCounts],
  peakRssMb: toMb(1024 * process.resourceUsage().maxRSS),
};
console.table(samples);
console.log(
  `a step: ${stepMb.held} MB held, ${stepMb.peak} MB at most; tensors ${[...tensorCounts]}`,
);
if (steps >= 10_000) await writeResults("memory", results);

const [first, last] = [samples[1] ?? samples[0], samples.at(-1)] as [MemorySample, MemorySample];
if (tensorCounts.size > 1 || last.wasmHeapMb > first.wasmHeapMb) {
  console.error(`memory: expected no growth from step ${first.step} to ${last.step}`);
  process.exitCode = 1;
}

function sample(at: number): MemorySample {
  const { numTensors, numBytes } = memory();
  return {
    step: at,
    tensors: numTensors,
    tensorMb: toMb(numBytes),
    wasmHeapMb: toMb(heap.HEAPU8.byteLength),
    rssMb: toMb(process.memoryUsage().rss),
  };
}

/** Counts what is allocated on the heap from here on: tensors, and what kernels ask for to work in. */
function watch(runtime: Emscripten): { held: number; peak: number } {
  // Emscripten's first call replaces the function that it is a call of: it must not be ours.
  runtime._free(runtime._malloc(1));
  const count = { held: 0, peak: 0 };
  const sizes = new Map<number, number>();
  const { _malloc: malloc, _free: free } = runtime;
  runtime._malloc = (bytes) => {
    const pointer = malloc(bytes);
    sizes.set(pointer, bytes);
    count.held += bytes;
    count.peak = Math.max(count.peak, count.held);
    return pointer;
  };
  runtime._free = (pointer) => {
    count.held -= sizes.get(pointer) ?? 0;
    sizes.delete(pointer);
    free(pointer);
  };
  return count;
}

function toMb(bytes: number): number {
  return Math.round(bytes / 1e4) / 100;
}
