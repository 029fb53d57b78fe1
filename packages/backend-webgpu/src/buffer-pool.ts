// tfjs keeps every buffer it ever made, by exact size: each batch size that a run meets (the loader's last short
// batch, evaluation's) adds a whole step's buffers to those that are there. Here the pool lets go of what has
// waited longest before it grows beyond what was in use at one time.
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";

/** What `BufferManager` declares private. */
interface Pool {
  /** Buffers that wait, by size and usage; they are in no command that is yet to be submitted. */
  readonly freeBuffers: Map<string, GPUBuffer[]>;
  numFreeBuffers: number;
}

/**
 * How much more than the most that was ever in use may be allocated. Buffers of one size cannot stand in for
 * another, so a pool of exactly that much would make and destroy some in every step of many submits.
 */
const SLACK = 1.25;

/** Bounds what the backend keeps for later: 1.25 times the most bytes that were in use at one time. */
export function limitPool(backend: WebGPUBackend): void {
  const { bufferManager } = backend;
  const pool = bufferManager as unknown as Pool;
  const acquireBuffer = bufferManager.acquireBuffer.bind(bufferManager);
  // Keys in the order of their last use: a Map iterates in the order of insertion.
  const lastUse = new Map<string, true>();
  let most = 0;

  bufferManager.acquireBuffer = (size, usage, mappedAtCreation, reuse) => {
    const key = `${size}_${usage}`;
    lastUse.delete(key);
    lastUse.set(key, true);
    most = Math.max(most, bufferManager.numBytesUsed + size);
    const waits = reuse !== false && (pool.freeBuffers.get(key)?.length ?? 0) > 0;
    if (!waits) makeRoom(bufferManager.numBytesAllocated + size - SLACK * most);
    return acquireBuffer(size, usage, mappedAtCreation, reuse);
  };

  function makeRoom(excess: number): void {
    for (const key of lastUse.keys()) {
      const free = pool.freeBuffers.get(key) ?? [];
      while (excess > 0) {
        const buffer = free.pop();
        if (buffer === undefined) break;
        buffer.destroy();
        pool.numFreeBuffers--;
        bufferManager.numBytesAllocated -= buffer.size;
        excess -= buffer.size;
      }
      if (excess <= 0) return;
    }
  }
}
