// For tests.
import type { CheckpointStore } from "./store.ts";

/** A store whose files can be looked at and damaged. */
export interface MemoryStore extends CheckpointStore {
  readonly checkpoints: Map<string, Record<string, Uint8Array<ArrayBuffer>>>;
}

export function memoryStore(): MemoryStore {
  const checkpoints: MemoryStore["checkpoints"] = new Map();
  return {
    checkpoints,
    where: "memory",
    list: async () => [...checkpoints.keys()],
    read: async (checkpoint, file) => checkpoints.get(checkpoint)?.[file] ?? null,
    async write(checkpoint, files) {
      checkpoints.set(checkpoint, { ...files });
    },
    async remove(checkpoint) {
      checkpoints.delete(checkpoint);
    },
  };
}
