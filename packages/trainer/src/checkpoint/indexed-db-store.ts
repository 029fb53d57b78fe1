import { BackendError } from "@kindling/core";
import type { CheckpointStore } from "./store.ts";

const FILES = "files";

/**
 * Checkpoints in a database of the page's, which stays until the browser's site data are deleted.
 * `navigator.storage.persist()` asks it not to make room with them.
 *
 * A checkpoint is written in one transaction.
 *
 * @param name - of the database.
 * @throws {BackendError} (rejects) where there is no IndexedDB.
 *
 * @example
 * ```ts no-run
 * const store = indexedDbStore("digits");
 * const resume = await resumeFrom(store, { model, optimizer }); // null the first time
 * const saving = checkpoint({ store, model, optimizer });
 * await new Trainer({ model, loss, optimizer, callbacks: [saving] }).fit(loader, { epochs: 5, resume });
 * ```
 */
export function indexedDbStore(name: string): CheckpointStore {
  /** One transaction: the result of its request, once it is on the device. */
  const transact = async <T>(
    mode: "readonly" | "readwrite",
    work: (files: IDBObjectStore) => IDBRequest<T> | undefined,
  ): Promise<T | undefined> => {
    const database = await open(name);
    try {
      const transaction = database.transaction(FILES, mode, { durability: "strict" });
      let request: IDBRequest<T> | undefined;
      try {
        request = work(transaction.objectStore(FILES));
      } catch (error) {
        // Else the requests before the one that failed would be carried out.
        transaction.abort();
        throw error;
      }
      await new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error ?? new Error("the transaction ended"));
      });
      return request?.result;
    } finally {
      database.close();
    }
  };

  return {
    where: `database "${name}"`,

    async list() {
      const keys = await transact("readonly", (files) => files.getAllKeys());
      return [...new Set((keys ?? []).map((key) => String((key as [string, string])[0])))];
    },

    async read(checkpoint, file) {
      const bytes = await transact("readonly", (files) => files.get([checkpoint, file]));
      return bytes instanceof Uint8Array ? bytes : null;
    },

    async write(checkpoint, files) {
      await transact("readwrite", (store) => {
        store.delete(allOf(checkpoint));
        for (const [file, bytes] of Object.entries(files)) store.put(bytes, [checkpoint, file]);
        return undefined;
      });
    },

    async remove(checkpoint) {
      await transact("readwrite", (files) => files.delete(allOf(checkpoint)));
    },
  };
}

/** Keys are `[checkpoint, file]`; a list is above every text. */
function allOf(checkpoint: string): IDBKeyRange {
  return IDBKeyRange.bound([checkpoint], [checkpoint, []]);
}

function open(name: string): Promise<IDBDatabase> {
  const { indexedDB } = globalThis as { readonly indexedDB?: IDBFactory };
  if (indexedDB === undefined) {
    return Promise.reject(
      new BackendError(
        "indexedDbStore: expected indexedDB, got none; use a browser, or fileStore in Node",
      ),
    );
  }
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(FILES);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
