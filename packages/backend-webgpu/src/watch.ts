// tfjs goes on computing after a device is lost, out of memory or asked for nonsense, and answers with zeros or
// with what was there before. Here each becomes an error that the caller gets.
import { BackendError } from "@kindling/core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type BackendValues, util } from "@tensorflow/tfjs-core";
import type { AdapterDescription } from "./gpu.ts";

/** What happened to a device so far. */
interface Watch {
  readonly adapter: AdapterDescription;
  /** What the device complained of, in order. */
  readonly faults: string[];
  /** How many of them a caller was told. */
  told: number;
  /** Why the device is gone, when it is. */
  lost: string | null;
}

// On the backend itself, so that a second copy of this package finds it.
const WATCH: unique symbol = Symbol.for("kindling.backend-webgpu.watch");
type Watched = WebGPUBackend & { [WATCH]?: Watch };

/**
 * Turns the device's failures into errors: reads reject with a {@link BackendError}, and so does what needs more
 * memory than the device gives one tensor.
 *
 * A lost device stays lost. Other faults are told once, to every read under way or to the next: what is on the
 * device may be wrong from then on, but smaller work can go on.
 */
export function watch(backend: WebGPUBackend, adapter: AdapterDescription): void {
  const state: Watch = { adapter, faults: [], told: 0, lost: null };
  (backend as Watched)[WATCH] = state;
  const { device } = backend;
  const loss = device.lost.then(({ reason, message }) => {
    const why = message === "" ? "" : `: ${message}`;
    state.lost = reason === "destroyed" ? "it was destroyed" : `the driver gave it up${why}`;
  });
  device.addEventListener("uncapturederror", (event) => {
    const { error } = event as GPUUncapturedErrorEvent;
    event.preventDefault(); // lest it is printed as well
    state.faults.push(`${error.constructor.name.replace(/^GPU/, "")}: ${error.message}`);
  });
  guardReads(backend, state, loss);
  guardMemory(backend, state);
}

/** Which adapter a backend runs on. */
export function adapterOf(backend: WebGPUBackend): AdapterDescription | undefined {
  return (backend as Watched)[WATCH]?.adapter;
}

/** True when the backend's device is gone, and only another one can go on. */
export function isLost(backend: WebGPUBackend): boolean {
  return (backend as Watched)[WATCH]?.lost != null;
}

function guardReads(backend: WebGPUBackend, state: Watch, loss: Promise<void>): void {
  const read = backend.read.bind(backend);
  backend.read = async (id: object): Promise<BackendValues> => {
    const before = state.told;
    const data = backend.tensorMap.get(id);
    const onHost = data.values != null;
    if (!onHost) refuseWhenLost(state);
    let values: BackendValues;
    try {
      // The block that an empty tensor is given is not empty.
      values =
        !onHost && data.dtype !== "complex64" && util.sizeFromShape(data.shape) === 0
          ? util.getTypedArrayFromDType(data.dtype as "float32", 0)
          : await read(id);
    } catch (error) {
      await Promise.race([loss, new Promise((resolve) => setTimeout(resolve, LOSS_MS))]);
      refuseWhenLost(state, error);
      throw error;
    }
    if (!onHost) refuseWhenLost(state);
    refuseAfterFaults(state, before);
    return values;
  };

  const readSync = backend.readSync.bind(backend);
  backend.readSync = (id: object): BackendValues => {
    const { values, dtype } = backend.tensorMap.get(id);
    if (values == null && dtype !== "complex64" && dtype !== "string") {
      refuseWhenLost(state);
      // tfjs reads through canvases: Node has none, and on software adapters that gives zeros and loses the device.
      if (typeof OffscreenCanvas === "undefined" || state.adapter.software) {
        throw new BackendError(
          "webgpu: expected await tensor.data(), got dataSync(); a GPU cannot be read without waiting for it here",
        );
      }
    }
    const result = readSync(id);
    refuseAfterFaults(state, state.told);
    return result;
  };

  const readToGPU = backend.readToGPU.bind(backend);
  backend.readToGPU = (id: object) => {
    refuseWhenLost(state);
    refuseAfterFaults(state, state.told);
    return readToGPU(id);
  };
}

// The refusal of a read comes before the news of the loss that caused it.
const LOSS_MS = 100;

function guardMemory(backend: WebGPUBackend, state: Watch): void {
  const { bufferManager, device } = backend;
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
  const acquireBuffer = bufferManager.acquireBuffer.bind(bufferManager);
  bufferManager.acquireBuffer = (size, usage, mappedAtCreation, reuse) => {
    refuseWhenLost(state);
    const isStorage = (usage & GPUBufferUsage.STORAGE) !== 0;
    const limit = isStorage ? Math.min(maxBufferSize, maxStorageBufferBindingSize) : maxBufferSize;
    if (size > limit) {
      throw new BackendError(
        `webgpu: expected tensors of at most ${megabytes(limit)}, this GPU's limit, got one of ` +
          `${megabytes(size)}; use smaller batches, or split the tensor`,
      );
    }
    // A program cannot be given a buffer of nothing.
    return acquireBuffer(size === 0 ? NOTHING : size, usage, mappedAtCreation, reuse);
  };
}

function refuseWhenLost({ lost }: Watch, cause?: unknown): void {
  if (lost === null) return;
  throw new BackendError(
    `webgpu: expected a GPU device, got one that is lost (${lost}); its tensors are gone: select the ` +
      "backend again and start from the last checkpoint",
    { cause },
  );
}

function refuseAfterFaults(state: Watch, before: number): void {
  const fault = state.faults[before];
  if (fault === undefined) return;
  state.told = state.faults.length;
  const next = fault.startsWith("OutOfMemory")
    ? "use smaller batches, or dispose what is no longer needed"
    : "values computed since may be wrong; this is a fault of a kernel or the driver, please report it";
  throw new BackendError(`webgpu: expected the GPU to do as told, got ${fault}; ${next}`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 2 : 0)} MB`;
}

/** Bytes that stand for none: what a program that reads four values at a time must be given. */
const NOTHING = 16;
