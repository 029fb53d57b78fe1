import { DataError } from "@kindling/core";
import { download as fetchFile } from "../download.ts";
import type { Mnist } from "../mnist.ts";
import { type DataFile, FASHION_MNIST, KMNIST, MNIST, type MnistFiles } from "../mnist-files.ts";
import type { MnistOptions } from "../mnist-options.ts";
import { type Hashes, loadMnist, type Source } from "../sources.ts";
import { cacheSource, type WebCache, webCache } from "./cache-source.ts";

/**
 * The handwritten digits of MNIST.
 *
 * Looks in the browser's cache, then in the folder `root` of the page's server, then at the public mirrors,
 * and puts what it fetched into the cache. Every file is checked by its SHA-256.
 *
 * @throws {DataError} when no source has a file, or has it damaged; the message says why for each.
 *
 * @example
 * ```ts
 * const train = await mnist({ train: true, root: "/data/" });
 * ```
 */
export function mnist(options: MnistOptions = {}): Promise<Mnist> {
  return load(MNIST, options);
}

/** The clothing of Fashion-MNIST, found and checked as `mnist` is. @throws {DataError} as `mnist`. */
export function fashionMnist(options: MnistOptions = {}): Promise<Mnist> {
  return load(FASHION_MNIST, options);
}

/**
 * The cursive Japanese characters of Kuzushiji-MNIST, found as `mnist` is. Its authors publish MD5 only,
 * which browsers do not have: here the files are checked by gzip's CRC-32, their shape and their labels.
 *
 * @throws {DataError} as `mnist`.
 */
export function kmnist(options: MnistOptions = {}): Promise<Mnist> {
  return load(KMNIST, options);
}

const HASHES: Hashes = {
  async sha256(bytes) {
    // Browsers have it on https pages and on localhost only, whatever the types say.
    const subtle = crypto.subtle as SubtleCrypto | undefined;
    if (subtle === undefined) {
      throw new DataError(
        "mnist: expected crypto.subtle to check the files with, got an insecure page; " +
          "serve it over https or from localhost",
      );
    }
    const digest = await subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join(
      "",
    );
  },
  md5: null,
};

async function load(files: MnistFiles, options: MnistOptions): Promise<Mnist> {
  const { root = "data/", download = true, mirrors = files.mirrors, timeoutMs = 30_000 } = options;
  const cache = await webCache();
  const folder = withSlash(new URL(root, globalThis.document?.baseURI ?? location.href).href);
  const served = [`${folder}${files.folder}/raw/`, folder].flatMap((url) => [
    urlSource(url, "", timeoutMs, cache, files),
    urlSource(url, ".gz", timeoutMs, cache, files),
  ]);
  const sources = [...(cache ? [cacheSource(cache, files)] : []), ...served];
  if (download) {
    sources.push(
      ...mirrors.map((url) => urlSource(withSlash(url), ".gz", timeoutMs, cache, files)),
    );
  }
  return loadMnist(files, sources, HASHES, options);
}

// No remedy: a development server answers any URL with its page, so wrong bytes mean "not here".
function urlSource(
  folder: string,
  suffix: string,
  timeoutMs: number,
  cache: WebCache | null,
  files: MnistFiles,
): Source {
  return {
    name: `${folder}*${suffix}`,
    read: (file: DataFile) => fetchFile(`${folder}${file.name}${suffix}`, file, timeoutMs),
    store: async (file, checked) => cache?.store(files, file, checked),
  };
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}
