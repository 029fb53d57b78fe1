import { BackendError } from "@kindling/core";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { bestBuild, loadTrainingKernels, type ModuleBuild } from "./module.ts";
import type { TrainingKernels } from "./training-kernels.ts";

// On the backend itself, so that all copies of this package find it: the first one's kernels are
// registered, whichever activated the backend.
const ATTACHED: unique symbol = Symbol.for("kindling.backend-wasm.side-module");
type Attachable = BackendWasm & { [ATTACHED]?: SideModule };

/** The parts of tfjs's Emscripten module that are used here and not in its types. */
interface Emscripten {
  readonly asm?: { readonly memory?: WebAssembly.Memory };
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}

/** The training kernels on a backend's memory, with a block of it to work in. */
export class SideModule {
  readonly kernels: TrainingKernels;
  readonly build: ModuleBuild;
  /** Whether convolutions may take Winograd's algorithm; see `WasmOptions`. */
  winograd = false;
  readonly #runtime: Emscripten;
  #scratch = 0;
  #scratchFloats = 0;

  constructor(kernels: TrainingKernels, build: ModuleBuild, runtime: Emscripten) {
    this.kernels = kernels;
    this.build = build;
    this.#runtime = runtime;
  }

  /**
   * A block of `floats`, whose contents last until the next call of this.
   *
   * It grows to the largest that was asked for and stays. May grow the memory, so take views after it.
   */
  scratch(floats: number): number {
    if (floats > this.#scratchFloats) {
      const bytes = 4 * floats;
      // What is larger would be cut to 32 bits. An address beyond 2 GB comes back negative.
      this.#runtime._free(this.#scratch);
      this.#scratch = bytes < 2 ** 32 ? this.#runtime._malloc(bytes) >>> 0 : 0;
      this.#scratchFloats = this.#scratch === 0 ? 0 : floats;
      if (this.#scratch === 0) {
        throw new BackendError(`wasm: expected ${bytes} bytes of memory to work in, got none`);
      }
    }
    return this.#scratch;
  }

  /** The memory as bytes; an allocation may grow the memory, which detaches this. */
  get memory(): Uint8Array {
    return this.#runtime.HEAPU8;
  }
}

/**
 * Loads the side module onto the memory of a backend that has started; again does nothing.
 *
 * @param build - for tests: this one, in place of any that is there.
 */
export async function attachSideModule(backend: Attachable, build?: ModuleBuild): Promise<void> {
  if (backend[ATTACHED] && build === undefined) return;
  const best = build ?? bestBuild();
  if (best === null) {
    throw new BackendError("wasm: expected an engine with WebAssembly SIMD, got one without");
  }
  const runtime = backend.wasm as unknown as Emscripten;
  const memory = runtime.asm?.memory;
  if (memory === undefined) {
    throw new BackendError(
      "wasm: expected tfjs's backend 4.22 without threads, got one whose memory is elsewhere",
    );
  }
  backend[ATTACHED] = new SideModule(await loadTrainingKernels(memory, best), best, runtime);
}

/** @throws {BackendError} when the backend was started by other means than `wasm()`. */
export function sideModule(backend: Attachable): SideModule {
  const attached = backend[ATTACHED];
  if (attached) return attached;
  throw new BackendError(
    "wasm: expected the backend to be started by Kindling, got one that tfjs started; " +
      "await selectBackend(wasm()) first",
  );
}
