/// <reference types="node" />
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CheckpointStore } from "../checkpoint/index.ts";

/** In front of the name of a folder that is being written or removed. */
const UNFINISHED = ".unfinished-";
/** How checkpoints are named: other folders may stand beside them. */
const NUMBERED = /^\d{6,}-/;

/**
 * Checkpoints in a folder, each a folder in it.
 *
 * One is written under another name, its files and the folder flushed to the disk, and renamed at the
 * end: whenever the process or the machine stops, it is whole or not there. The folder belongs to one
 * process at a time.
 *
 * @param folder - made, with those on the way, at the first write.
 *
 * @example
 * ```ts
 * const store = fileStore("runs/first");
 * const saving = checkpoint({ store, model, optimizer });
 * await new Trainer({ model, loss, optimizer, callbacks: [saving] }).fit(loader, { epochs: 1 });
 * await store.list(); // => ["000001-epoch-1-end"]
 * ```
 */
export function fileStore(folder: string): CheckpointStore {
  return {
    where: `folder ${folder}`,

    async list() {
      const entries = await ifPresent(readdir(folder, { withFileTypes: true }));
      return (entries ?? [])
        .filter((entry) => entry.isDirectory() && NUMBERED.test(entry.name))
        .map((entry) => entry.name);
    },

    async read(checkpoint, file) {
      return ifPresent(readFile(join(folder, checkpoint, file)));
    },

    async write(checkpoint, files) {
      await mkdir(folder, { recursive: true });
      await removeUnfinished(folder);
      const unfinished = join(folder, UNFINISHED + checkpoint);
      await mkdir(unfinished);
      try {
        for (const [file, bytes] of Object.entries(files)) {
          await withFile(join(unfinished, file), "wx", async (handle) => {
            // Not write-file-atomic: it calls write once, and on a full disk that writes less than it is given.
            await handle.writeFile(bytes);
            await handle.sync();
          });
        }
        await syncFolder(unfinished);
        await rename(unfinished, join(folder, checkpoint));
      } catch (error) {
        await removeUnfinished(folder);
        throw error;
      }
      await syncFolder(folder);
    },

    async remove(checkpoint) {
      // Renamed first, so that half a removal leaves no checkpoint that is damaged.
      const unfinished = join(folder, UNFINISHED + checkpoint);
      await ifPresent(rename(join(folder, checkpoint), unfinished));
      await rm(unfinished, { recursive: true, force: true });
    },
  };
}

async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(UNFINISHED)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

// A rename is on the disk once its folder is. Windows cannot open folders, and needs no such thing.
async function syncFolder(folder: string): Promise<void> {
  if (process.platform !== "win32") await withFile(folder, "r", (handle) => handle.sync());
}

async function withFile(
  path: string,
  flags: string,
  use: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  const handle = await open(path, flags);
  try {
    await use(handle);
  } finally {
    await handle.close();
  }
}

async function ifPresent<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
