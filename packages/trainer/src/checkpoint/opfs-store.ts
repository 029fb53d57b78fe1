import { BackendError } from "@kindling/core";
import { MANIFEST } from "./manifest.ts";
import type { CheckpointStore } from "./store.ts";

/**
 * Checkpoints in the page's origin-private file system: files that only this origin sees, which stay until
 * the browser's site data are deleted. `navigator.storage.persist()` asks it not to make room with them.
 *
 * @param name - of their folder.
 * @throws {BackendError} (rejects) where there is no such file system.
 *
 * @example
 * ```ts no-run
 * const store = opfsStore("digits");
 * const resume = await resumeFrom(store, { model, optimizer }); // null the first time
 * const saving = checkpoint({ store, model, optimizer });
 * await new Trainer({ model, loss, optimizer, callbacks: [saving] }).fit(loader, { epochs: 5, resume });
 * ```
 */
export function opfsStore(name: string): CheckpointStore {
  const root = (): Promise<FileSystemDirectoryHandle> => rootFolder(name);

  return {
    where: `origin-private folder "${name}"`,

    async list() {
      const names: string[] = [];
      for await (const [key, handle] of entriesOf(await root())) {
        // The manifest is written last: a folder without it is none yet.
        if (handle.kind === "directory" && (await fileOf(handle, MANIFEST)) !== null)
          names.push(key);
      }
      return names;
    },

    async read(checkpoint, file) {
      const folder = await orNull((await root()).getDirectoryHandle(checkpoint));
      const handle = folder && (await fileOf(folder, file));
      return handle && new Uint8Array(await (await handle.getFile()).arrayBuffer());
    },

    async write(checkpoint, files) {
      const parent = await root();
      await orNull(parent.removeEntry(checkpoint, { recursive: true }));
      const folder = await parent.getDirectoryHandle(checkpoint, { create: true });
      try {
        const { [MANIFEST]: manifest, ...parts } = files;
        for (const [file, bytes] of Object.entries(parts)) await writeFile(folder, file, bytes);
        if (manifest !== undefined) await writeFile(folder, MANIFEST, manifest);
      } catch (error) {
        await orNull(parent.removeEntry(checkpoint, { recursive: true }));
        throw error;
      }
    },

    async remove(checkpoint) {
      const parent = await root();
      const folder = await orNull(parent.getDirectoryHandle(checkpoint));
      if (folder === null) return;
      // First what makes it a checkpoint, so that half a removal leaves none that is damaged.
      await orNull(folder.removeEntry(MANIFEST));
      await parent.removeEntry(checkpoint, { recursive: true });
    },
  };
}

async function rootFolder(name: string): Promise<FileSystemDirectoryHandle> {
  // Node 20 has no navigator at all.
  const { navigator } = globalThis as { readonly navigator?: Partial<Navigator> };
  const storage = navigator?.storage;
  if (storage?.getDirectory === undefined) {
    throw new BackendError(
      "opfsStore: expected navigator.storage.getDirectory, got none; use a current browser over https, or indexedDbStore",
    );
  }
  return (await storage.getDirectory()).getDirectoryHandle(name, { create: true });
}

// TypeScript's DOM library has the iteration in another part of it than this repository loads.
function entriesOf(
  folder: FileSystemDirectoryHandle,
): AsyncIterable<[string, FileSystemDirectoryHandle | FileSystemFileHandle]> {
  return folder as unknown as AsyncIterable<
    [string, FileSystemDirectoryHandle | FileSystemFileHandle]
  >;
}

function fileOf(
  folder: FileSystemDirectoryHandle,
  file: string,
): Promise<FileSystemFileHandle | null> {
  return orNull(folder.getFileHandle(file));
}

// What is written becomes the file when it is closed, at once.
async function writeFile(
  folder: FileSystemDirectoryHandle,
  file: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const handle = await folder.getFileHandle(file, { create: true });
  if (handle.createWritable === undefined) {
    throw new BackendError(
      "opfsStore: expected a browser with FileSystemFileHandle.createWritable, got one without; use indexedDbStore",
    );
  }
  const stream = await handle.createWritable();
  try {
    await stream.write(bytes);
    await stream.close();
  } catch (error) {
    await stream.abort().catch(() => undefined);
    throw error;
  }
}

/** Null for what is not there. */
async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof Error && error.name === "NotFoundError") return null;
    throw error;
  }
}
