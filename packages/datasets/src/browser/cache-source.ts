import type { DataFile, MnistFiles } from "../mnist-files.ts";
import { type Checked, type Source, Unavailable } from "../sources.ts";

/** The files fetched earlier, in the browser's Cache API. */
export interface WebCache {
  read(files: MnistFiles, file: DataFile): Promise<Uint8Array | null>;
  store(files: MnistFiles, file: DataFile, checked: Checked): Promise<void>;
}

/** Null where there is none: an insecure page, a private window of some browsers. */
export async function webCache(): Promise<WebCache | null> {
  const storage = globalThis.caches as CacheStorage | undefined;
  const cache = await storage?.open("kindling-datasets").catch(() => null);
  if (!cache) return null;
  // Names a file, fetches nothing: `.invalid` is reserved for that.
  const key = (files: MnistFiles, file: DataFile): string =>
    `https://datasets.kindling.invalid/${files.folder}/${file.name}`;

  return {
    async read(files, file) {
      const response = await cache.match(key(files, file));
      return response ? new Uint8Array(await response.arrayBuffer()) : null;
    },

    async store(files, file, { raw, gzip }) {
      const bytes = (gzip ?? raw) as Uint8Array<ArrayBuffer>;
      // A full disk costs the next visit a download, not this one its data.
      await cache.put(key(files, file), new Response(bytes)).catch(() => undefined);
    },
  };
}

/** A damaged entry is passed over, and replaced by what the next source has. */
export function cacheSource(cache: WebCache, files: MnistFiles): Source {
  return {
    name: "the browser's cache",
    async read(file) {
      const bytes = await cache.read(files, file);
      if (bytes === null) throw new Unavailable(`no ${file.name} there`);
      return bytes;
    },
  };
}
