import { ArgumentError, type Backend, BackendError } from "@kindling/core";
import { replaceKernels } from "@kindling/core/kernels";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { backend, engine, env, getKernel, setBackend } from "@tensorflow/tfjs-core";
import { KERNELS } from "./kernels/register.ts";
import { registerOptimizerKernels } from "./optimizer-steps.ts";
import { bestBuild } from "./simd/module.ts";
import { attachSideModule, sideModule } from "./simd/side-module.ts";
import { locateBinaries } from "./wasm-files.ts";

/** What {@link wasm} takes. */
export interface WasmOptions {
  /**
   * The folder that tfjs's three `.wasm` files are served from, ending with a slash.
   *
   * @defaultValue the files that ship with this package, or in Node with tfjs
   */
  wasmPath?: string;
  /**
   * Compute 3×3 convolutions of stride 1 and their gradients by Winograd's algorithm where it is faster: from
   * about 16 channels on, up to twice as fast. Rounding errors are two to three times as large, enough for
   * a run to part from PyTorch's with the same seed (after 50 steps by up to 1e-3 in the loss, not 1e-6).
   *
   * @defaultValue false
   */
  winograd?: boolean;
}

/**
 * The CPU through WebAssembly: tfjs's `wasm` backend with the kernels of its own that make it train, on one
 * thread.
 *
 * `wasmPath` counts the first time that a process or page activates it; `winograd` each time.
 *
 * @throws {ArgumentError} when `wasmPath` does not end with a slash.
 * @throws {BackendError} (rejects) from its `activate`, when tfjs's `.wasm` files do not load.
 *
 * @example
 * ```ts
 * const { backend } = await selectBackend(wasm());
 * backend.name; // => "wasm"
 * wasm({ wasmPath: "/assets" }); // => ArgumentError: wasm: expected wasmPath to end with a slash, got "/assets"
 * ```
 */
export function wasm({ wasmPath, winograd = false }: WasmOptions = {}): Backend {
  if (wasmPath !== undefined && !wasmPath.endsWith("/")) {
    throw new ArgumentError(`wasm: expected wasmPath to end with a slash, got "${wasmPath}"`);
  }
  return {
    name: "wasm",

    unavailable: async () => whyUnavailable(),

    async activate() {
      replaceKernels(KERNELS);
      if (getKernel("KindlingAdamStep", "wasm") === undefined) registerOptimizerKernels();
      // Not findBackend, which would have tfjs start it at once.
      if (!("wasm" in engine().registry)) {
        // Its workers hang in a minified bundle, and what is slow does not run on them (decision 4).
        env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
        locateBinaries(wasmPath);
      }
      if (!(await withoutSideEffects(() => setBackend("wasm")))) {
        const from = wasmPath === undefined ? "" : ` from "${wasmPath}"`;
        throw new BackendError(
          `wasm: expected tfjs's .wasm files to load${from}, got none that starts; ` +
            "start again with the folder they are served from, wasm({ wasmPath })",
        );
      }
      const current = backend() as BackendWasm;
      await attachSideModule(current);
      sideModule(current).winograd = winograd;
    },

    describe() {
      const { build } = sideModule(backend() as BackendWasm);
      return `wasm (${build === "simd" ? "SIMD" : "relaxed SIMD"}, 1 thread)`;
    },
  };
}

function whyUnavailable(): string | null {
  if (typeof WebAssembly === "undefined") return "this JavaScript engine has no WebAssembly";
  try {
    new WebAssembly.Module(EMPTY_MODULE);
  } catch (error) {
    // A content security policy without 'wasm-unsafe-eval'.
    return `WebAssembly is blocked here: ${error instanceof Error ? error.message : String(error)}`;
  }
  return bestBuild() === null ? "this JavaScript engine's WebAssembly has no SIMD" : null;
}

// The eight bytes that every module begins with, and the smallest one ends with.
const EMPTY_MODULE: Uint8Array<ArrayBuffer> = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

// tfjs prints what failed; what to do about it is in the error that is thrown instead. And its loader
// makes Node answer every later error of the program with the loader's own source, 30,000 characters of it.
async function withoutSideEffects<T>(work: () => Promise<T>): Promise<T> {
  const quiet = env().getBool("PROD");
  const before = errorListeners();
  env().set("PROD", true);
  try {
    return await work();
  } finally {
    env().set("PROD", quiet);
    for (const [event, listener] of errorListeners()) {
      if (!before.some(([, known]) => known === listener)) runtime?.removeListener(event, listener);
    }
  }
}

type Listener = (...parameters: unknown[]) => void;

/** The part of Node's `process` that is used here; not there in browsers. */
interface Runtime {
  listeners(event: string): Listener[];
  removeListener(event: string, listener: Listener): void;
}

const runtime: Runtime | undefined = env().getBool("IS_NODE")
  ? (globalThis as { process?: Runtime }).process
  : undefined;

function errorListeners(): [event: string, Listener][] {
  return ["uncaughtException", "unhandledRejection"].flatMap((event) => {
    const listeners = runtime?.listeners(event) ?? [];
    return listeners.map((listener): [string, Listener] => [event, listener]);
  });
}
