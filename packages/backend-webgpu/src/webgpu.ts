import { type Backend, BackendError } from "@kindling/core";
import { replaceKernels } from "@kindling/core/kernels";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  engine,
  env,
  findBackendFactory,
  getBackend,
  registerBackend,
  removeBackend,
  setBackend,
} from "@tensorflow/tfjs-core";
import { limitPool } from "./buffer-pool.ts";
import { findAdapter, findGpu, installGpu, requestDevice } from "./gpu.ts";
import { KERNELS } from "./kernels/register.ts";
import { adapterOf, isLost, watch } from "./watch.ts";

/** Which GPU {@link webgpu} takes. */
export interface WebGpuOptions {
  /**
   * Which GPU to take where there are two, such as a laptop's.
   *
   * @defaultValue "high-performance"
   */
  powerPreference?: "high-performance" | "low-power";
  /**
   * Options of Dawn, which is WebGPU in Node, each `name=value`: `adapter=` part of a GPU's name, `backend=`
   * vulkan, metal or d3d12. Browsers have no use for them.
   *
   * @defaultValue []
   */
  dawn?: readonly string[];
}

/**
 * The GPU through WebGPU: tfjs's `webgpu` backend, corrected, in pages, in workers, and in Node with the package
 * `webgpu`.
 *
 * The options count when it is activated for the first time, and again after its device was lost.
 *
 * @throws {BackendError} (rejects) from its `activate`, when there is no WebGPU or no GPU behind it.
 *
 * @example
 * ```ts no-run
 * await selectBackend([webgpu(), wasm()]);
 * ```
 */
export function webgpu({
  powerPreference = "high-performance",
  dawn = [],
}: WebGpuOptions = {}): Backend {
  return {
    name: NAME,

    async unavailable() {
      const access = await findGpu(dawn);
      if ("reason" in access) return access.reason;
      const adapter = await findAdapter(access.gpu, powerPreference);
      return typeof adapter === "string" ? adapter : null;
    },

    async activate() {
      const current = running();
      if (current === undefined || isLost(current) || adapterOf(current) === undefined) {
        await start(powerPreference, dawn);
      }
      setFlags();
      if (!(await setBackend(NAME)) || getBackend() !== NAME) {
        throw new BackendError(
          `webgpu: expected it to be the current backend, got ${getBackend()}`,
        );
      }
    },

    describe() {
      const { vendor, architecture, software } = adapterOf(running() as WebGPUBackend) ?? UNKNOWN;
      const name = [vendor, architecture].filter((part) => part !== "").join(" ");
      return `webgpu (${[name || "unknown GPU", ...(software ? ["software"] : [])].join(", ")})`;
    },
  };
}

const NAME = "webgpu";
const PRIORITY = 3; // tfjs's own
const UNKNOWN = { vendor: "", architecture: "", software: false };

/** The backend as it runs, without making tfjs start one. */
function running(): WebGPUBackend | undefined {
  return engine().registry[NAME] as WebGPUBackend | undefined;
}

// tfjs's own way to start falls back to another backend in silence when there is no adapter.
async function start(powerPreference: GPUPowerPreference, dawn: readonly string[]): Promise<void> {
  const access = await findGpu(dawn);
  if ("reason" in access) throw new BackendError(`webgpu: ${access.reason}`);
  // tfjs's package looks for navigator.gpu when it is loaded, so not before.
  installGpu(access);
  const tfjs = await import("@tensorflow/tfjs-backend-webgpu");
  const adapter = await findAdapter(access.gpu, powerPreference);
  if (typeof adapter === "string") throw new BackendError(`webgpu: ${adapter}`);
  const { device, info, description } = await requestDevice(adapter);
  replaceKernels(KERNELS);
  if (findBackendFactory(NAME) != null) removeBackend(NAME);
  registerBackend(
    NAME,
    () => {
      const backend = new tfjs.WebGPUBackend(device, info);
      limitPool(backend);
      watch(backend, description);
      return backend;
    },
    PRIORITY,
  );
}

/** What training needs; tfjs's defaults are for inference. */
function setFlags(): void {
  // One submit a training step, not one for every 15 programs.
  env().set("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE", 256);
  // A tiled transposed convolution, not one thread a pixel.
  env().set("WEBGPU_USE_NAIVE_CONV2D_TRANSPOSE", false);
  // MatMulPackedProgram. Of the others, split-K is wrong when the second matrix is transposed.
  env().set("WEBGPU_MATMUL_PROGRAM_TYPE", 3);
  // By default small tensors that were never on the GPU are computed by tfjs's cpu kernels: the result would
  // depend on where its inputs happen to be, and each would be uploaded on its own.
  env().set("WEBGPU_CPU_FORWARD", false);
}
