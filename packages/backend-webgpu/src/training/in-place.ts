import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { BackendValues, TensorInfo } from "@tensorflow/tfjs-core";
import { allocate } from "../kernels/kernel.ts";
import { copy } from "./recorder.ts";

/** Private in tfjs: keeps what was read from the device, for the next read. */
interface Cache {
  convertAndCacheOnCPU(dataId: object, values: BackendValues): BackendValues;
}

// Ids whose buffers have been written again, of each backend.
const rewritten = new WeakMap<WebGPUBackend, WeakSet<object>>();

/**
 * The tensor itself with one reference more, to be written over, or a copy when somebody else can see it.
 */
export function writable(backend: WebGPUBackend, input: TensorInfo): TensorInfo {
  const { shape, dtype, dataId } = input;
  const data = backend.tensorMap.get(dataId);
  if (backend.refCount(dataId) === 1 && !data.external) {
    backend.uploadToGPU(dataId);
    forgetReads(backend, dataId);
    data.values = null as unknown as BackendValues; // as tfjs does after an upload
    backend.incRef(dataId);
    return { shape, dtype, dataId };
  }
  const output = allocate(backend, shape, dtype);
  if (!shape.includes(0)) copy(backend, input, output);
  return output;
}

// tfjs keeps the values of a read for the next one. A read that is under way now would bring the old values
// when the new ones are there already, so nothing is kept for such a tensor from here on.
function forgetReads(backend: WebGPUBackend, dataId: object): void {
  let ids = rewritten.get(backend);
  if (ids === undefined) {
    const known = new WeakSet<object>();
    ids = known;
    rewritten.set(backend, known);
    const cache = backend as unknown as Cache;
    const stock = cache.convertAndCacheOnCPU.bind(backend);
    cache.convertAndCacheOnCPU = (id, values) => (known.has(id) ? values : stock(id, values));
  }
  ids.add(dataId);
}
