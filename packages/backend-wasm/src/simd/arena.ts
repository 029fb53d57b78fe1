import { bestBuild, loadTrainingKernels, type ModuleBuild } from "./module.ts";
import type { TrainingKernels } from "./training-kernels.ts";

/** The value around every block, which a kernel must leave alone. */
const CANARY = Math.fround(12345.678);
const CANARY_FLOATS = 16;
const PAGE_BYTES = 65536;

/** The builds of the side module that this engine runs. */
export const BUILDS: readonly ModuleBuild[] =
  bestBuild() === "simd" ? ["simd"] : ["simd", "relaxed-simd"];

/** For tests: kernels on a memory of their own, with a canary before and after every block. */
export class Arena {
  readonly kernels: TrainingKernels;
  readonly #memory: WebAssembly.Memory;
  #nextByte = 1024;
  readonly #canaries: number[] = [];

  constructor(kernels: TrainingKernels, memory: WebAssembly.Memory) {
    this.kernels = kernels;
    this.#memory = memory;
  }

  static async create(build: ModuleBuild): Promise<Arena> {
    const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 });
    return new Arena(await loadTrainingKernels(memory, build), memory);
  }

  /** Forgets all blocks. */
  reset(): void {
    this.#nextByte = 1024;
    this.#canaries.length = 0;
  }

  /** A block that holds `values`; returns its pointer. Outputs start as NaN: pass their size. */
  floats(values: ArrayLike<number> | number): number {
    const size = typeof values === "number" ? values : values.length;
    const pointer = this.#nextByte + 4 * CANARY_FLOATS;
    this.#nextByte = pointer + 4 * (size + CANARY_FLOATS);
    const missing = this.#nextByte - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    const before = pointer - 4 * CANARY_FLOATS;
    new Float32Array(this.#memory.buffer, before, size + 2 * CANARY_FLOATS).fill(CANARY);
    const block = this.read(pointer, size);
    if (typeof values === "number") block.fill(Number.NaN);
    else block.set(values);
    this.#canaries.push(before, pointer + 4 * size);
    return pointer;
  }

  /** A view of `size` floats; copy it before the next allocation. */
  read(pointer: number, size: number): Float32Array {
    return new Float32Array(this.#memory.buffer, pointer, size);
  }

  /** Throws when a kernel wrote outside a block. */
  checkCanaries(): void {
    for (const pointer of this.#canaries) {
      const at = this.read(pointer, CANARY_FLOATS).findIndex((value) => value !== CANARY);
      if (at >= 0) throw new Error(`a kernel wrote outside its block, at byte ${pointer + 4 * at}`);
    }
  }
}
