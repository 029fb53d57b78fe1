/// <reference types="node" />
import { engine } from "@tensorflow/tfjs-core";
import type { NodeBackend } from "./node-backend.ts";

type DataId = Parameters<NodeBackend["read"]>[0];

/**
 * Gives timers and I/O a turn at each `await tensor.data()`.
 *
 * tfjs-node's own read is done at once and resolves before them, so a loop of training steps would let nothing else
 * run. On the CPU the values are there when the op returns, and are copied now, whatever becomes of the tensor. A GPU
 * gets the turn to work on; the read then waits for what is left, and nothing in TensorFlow's C interface tells when
 * that is done.
 */
export function giveTurnOnRead(backend: NodeBackend): void {
  backend.read = async (dataId) => {
    if (!backend.isUsingGpuDevice) {
      const values = backend.readSync(dataId);
      await turn();
      return values;
    }
    // Disposed while it waits, the tensor is still read.
    backend.incRef(dataId);
    try {
      await turn();
      return backend.readSync(dataId);
    } finally {
      release(backend, dataId);
    }
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

// As tfjs's engine disposes a tensor, which it could not while the read referred to it.
function release(backend: NodeBackend, dataId: DataId): void {
  if (backend.disposeData(dataId)) engine().removeDataId(dataId, backend);
}
