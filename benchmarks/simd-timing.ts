// Timing of single kernels, for simd-*.ts: everything to compare runs interleaved, medians over
// many rounds.
import { BUILDS } from "../packages/backend-wasm/src/simd/arena.ts";
import { loadTrainingKernels } from "../packages/backend-wasm/src/simd/module.ts";
import type { TrainingKernels } from "../packages/backend-wasm/src/simd/training-kernels.ts";

const ROUNDS = 60;
const ROUND_MS = 4;
/** Enough for the engine to optimise the kernel. */
const WARM_UP_RUNS = 20;
const MEMORY_PAGES = 4096;

/** The kernels on a memory of their own, with room to hand out. */
export interface Workbench {
  readonly build: string;
  readonly kernels: TrainingKernels;
  /** A block of `size` floats, random in -1..1 unless it is for a result. */
  floats(size: number): number;
  reset(): void;
}

/**
 * One for each build that this engine runs: `relaxed-simd` too under
 * --experimental-wasm-relaxed-simd in Node 20.
 */
export async function workbenches(): Promise<Workbench[]> {
  return Promise.all(
    BUILDS.map(async (build) => {
      const memory = new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: 65536 });
      const kernels = await loadTrainingKernels(memory, build);
      let next = 1024;
      return {
        build,
        kernels,
        floats(size: number) {
          const pointer = next;
          const block = new Float32Array(memory.buffer, pointer, size);
          for (let i = 0; i < size; i++) block[i] = Math.random() * 2 - 1;
          next += 4 * (Math.ceil(size / 16) * 16 + 16);
          return pointer;
        },
        reset() {
          next = 1024;
        },
      };
    }),
  );
}

/** One thing to time: a kernel of one build, or the same op of tfjs. */
export interface Contender {
  readonly build: string;
  run(): void;
}

/**
 * Times the contenders in turns and prints one JSON line for each.
 *
 * @param work - floating-point operations for `gflops`, bytes read and written for `gbs`.
 */
export function race(
  kernel: string,
  shape: string,
  work: number,
  contenders: Contender[],
  unit: "gflops" | "gbs" = "gflops",
): void {
  const times = contenders.map((): number[] => []);
  const repeats = contenders.map(({ run }) => {
    for (let i = 0; i < WARM_UP_RUNS; i++) run();
    const start = performance.now();
    run();
    return Math.max(1, Math.round(ROUND_MS / (performance.now() - start)));
  });
  for (let round = 0; round < ROUNDS; round++) {
    contenders.forEach(({ run }, i) => {
      const count = repeats[i] as number;
      const start = performance.now();
      for (let j = 0; j < count; j++) run();
      times[i]?.push((performance.now() - start) / count);
    });
  }
  contenders.forEach(({ build }, i) => {
    const ms = times[i]?.sort((a, b) => a - b)[ROUNDS / 2] as number;
    const rate = { [unit]: Math.round(work / ms / 1e5) / 10 };
    console.log(JSON.stringify({ kernel, shape, build, ms: Math.round(ms * 1e4) / 1e4, ...rate }));
  });
}
