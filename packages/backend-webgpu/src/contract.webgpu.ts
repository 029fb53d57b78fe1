import type { Backend } from "@kindling/core";
import { describeBackendContract } from "@kindling/testing";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { engine } from "@tensorflow/tfjs-core";
import { webgpu } from "./webgpu.ts";

const backend = webgpu();

describeBackendContract({ ...backend, activate } satisfies Backend);

// The contract makes used memory dirty with tensors, which here stay with the host until something is computed from
// them: so every buffer is full of rubbish when a kernel gets it to write into.
async function activate(): Promise<void> {
  await backend.activate();
  const { bufferManager, device } = engine().backend as WebGPUBackend;
  const acquireBuffer = bufferManager.acquireBuffer.bind(bufferManager);
  bufferManager.acquireBuffer = (...parameters) => {
    const buffer = acquireBuffer(...parameters);
    if ((buffer.usage & GPUBufferUsage.STORAGE) !== 0 && buffer.mapState === "unmapped") {
      device.queue.writeBuffer(buffer, 0, new Float32Array(buffer.size / 4).fill(1e30));
    }
    return buffer;
  };
}
