/// <reference types="node" />
import { availableParallelism } from "node:os";
import { isMainThread } from "node:worker_threads";
import { type Backend, BackendError } from "@kindling/core";
import { replaceKernels } from "@kindling/core/kernels";
import { engine, getBackend, registerBackend, setBackend } from "@tensorflow/tfjs-core";
import { checkOptions, type TensorflowOptions, variablesFor } from "./binding/environment.ts";
import { type Loaded, load, missing } from "./binding/load.ts";
import type { NodeBackend } from "./binding/node-backend.ts";
import { giveTurnOnRead } from "./binding/turn-on-read.ts";
import { whyNoCuda } from "./diagnosis/why-no-cuda.ts";
import { KERNELS } from "./kernels/register.ts";

/**
 * TensorFlow in Node, by way of tfjs-node: CUDA on NVIDIA cards, and TensorFlow's native kernels on the CPU.
 *
 * The options count when it is activated for the first time in a process: TensorFlow reads its settings when it
 * loads.
 *
 * @throws {ArgumentError} when an option is outside its range.
 * @throws {BackendError} (rejects) from its `activate`, when tfjs-node cannot be loaded, there is no such
 *   device, or this process started TensorFlow with other options.
 *
 * @example
 * ```ts no-run
 * await selectBackend([tensorflow({ device: "cuda" }), wasm()]);
 * ```
 */
export function tensorflow(options: TensorflowOptions = {}): Backend {
  checkOptions(options);
  return {
    name: NAME,

    unavailable: async () => (running() ? null : missing()),

    async activate() {
      if (running() === undefined) await start(options);
      else expectSameOptions(options);
      await expectDevice(options);
      replaceKernels(KERNELS);
      if (!(await setBackend(NAME)) || getBackend() !== NAME) {
        throw new BackendError(
          `tensorflow: expected it to be the current backend, got ${getBackend()}`,
        );
      }
    },

    describe() {
      const backend = running() as NodeBackend;
      return `tensorflow ${backend.binding.TF_Version} (${deviceOf(backend)})`;
    },
  };
}

const NAME = "tensorflow";
const PRIORITY = 3; // tfjs-node's own

interface Started {
  readonly options: TensorflowOptions;
  readonly loaded: Loaded;
  readonly backend: NodeBackend;
}

/** What this process started it with; undefined also when it was the user's own import of tfjs-node that did. */
let started: Started | undefined;

/** The backend as it runs, without making tfjs start one. */
function running(): NodeBackend | undefined {
  return started?.backend ?? (engine().registry[NAME] as NodeBackend | undefined);
}

async function start(options: TensorflowOptions): Promise<void> {
  setVariables(options);
  const loaded = await load();
  const backend = loaded.makeBackend();
  giveTurnOnRead(backend);
  registerBackend(NAME, () => backend, PRIORITY);
  started = { options, loaded, backend };
}

// A worker's process.env is a copy that the native library does not see.
function setVariables(options: TensorflowOptions): void {
  const variables = variablesFor(options, process.env);
  if (isMainThread) {
    Object.assign(process.env, variables);
    return;
  }
  const { gpu, memoryGrowth, intraOpThreads } = options;
  if ([gpu, memoryGrowth, intraOpThreads].every((option) => option === undefined)) return;
  for (const [name, value] of Object.entries(variables)) {
    if (process.env[name] === value) continue;
    throw new BackendError(
      `tensorflow: expected ${name}=${value} in the environment, got ${process.env[name] ?? "none"}; a worker ` +
        "thread cannot set it, so start the process with it, or activate tensorflow on the main thread first",
    );
  }
}

const FIXED = ["gpu", "memoryGrowth", "intraOpThreads"] as const;

function expectSameOptions(options: TensorflowOptions): void {
  for (const name of FIXED) {
    const [now, first] = [options[name], started?.options[name]];
    if (now === undefined || now === first) continue;
    throw new BackendError(
      `tensorflow: expected ${name} to be ${first ?? "left out"}, as when this process started TensorFlow, ` +
        `got ${now}; start another process for it`,
    );
  }
}

async function expectDevice({ device = "auto" }: TensorflowOptions): Promise<void> {
  const { isUsingGpuDevice } = running() as NodeBackend;
  if (device === "cpu" && isUsingGpuDevice) {
    throw new BackendError(
      "tensorflow: expected the CPU, got a GPU, with which this process started TensorFlow; " +
        "start another process with CUDA_VISIBLE_DEVICES=-1",
    );
  }
  if (device !== "cuda" || isUsingGpuDevice) return;
  if (started?.options.device === "cpu") {
    throw new BackendError(
      "tensorflow: expected a GPU, got the CPU, for which this process started TensorFlow; start another process",
    );
  }
  throw new BackendError(
    `tensorflow: ${await whyNoCuda(started?.loaded.tensorflowFolder ?? null)}`,
  );
}

function deviceOf({ isUsingGpuDevice }: NodeBackend): string {
  if (isUsingGpuDevice) return `CUDA, GPU ${started?.options.gpu ?? 0}`;
  const threads = Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism();
  return `CPU, ${threads} thread${threads === 1 ? "" : "s"}`;
}
