import { DataError } from "@kindling/core";
import { type DownloadOptions, download as fetchFile } from "../download.ts";
import type { Mnist } from "../mnist.ts";
import { type DataFile, FASHION_MNIST, KMNIST, MNIST, type MnistFiles } from "../mnist-files.ts";
import type { MnistOptions } from "../mnist-options.ts";
import { type Hashes, loadMnist, type Source } from "../sources.ts";
import { cacheSource, type WebCache, webCache } from "./cache-source.ts";

/**
 * The handwritten digits of MNIST.
 *
 * Looks in the browser's cache, then in the folder `root` of the page's server (for `NAME.gz`, then `NAME`),
 * then at the public mirrors, and puts what it fetched into the cache. Every file is checked by its SHA-256.
 *
 * @throws {DataError} when no source has a file, or has it damaged; the message says why for each.
 *
 * @example
 * ```ts no-run
 * const train = await mnist({ train: true, root: "/data/" });
 * ```
 */
export function mnist(options: MnistOptions = {}): Promise<Mnist> {
  return load(MNIST, options);
}

/**
 * The clothing of Fashion-MNIST, found and checked as `mnist` is.
 *
 * @throws {DataError} as `mnist`.
 *
 * @example
 * ```ts no-run
 * const train = await fashionMnist({ train: true });
 * train.classes[0]; // => "T-shirt/top"
 * ```
 */
export function fashionMnist(options: MnistOptions = {}): Promise<Mnist> {
  return load(FASHION_MNIST, options);
}

/**
 * The cursive Japanese characters of Kuzushiji-MNIST, found as `mnist` is. Its authors publish MD5 only,
 * which browsers do not have: here the files are checked by gzip's CRC-32, their shape and their labels.
 *
 * @throws {DataError} as `mnist`.
 *
 * @example
 * ```ts no-run
 * const test = await kmnist({ train: false });
 * test.length; // => 10000
 * ```
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
  const { root = "data/", download = true, mirrors = files.mirrors } = options;
  const cache = await webCache();
  const folder = withSlash(new URL(root, globalThis.document?.baseURI ?? location.href).href);
  const at = (url: string, suffix: string): Source => urlSource(url, suffix, cache, files, options);
  // What is not there shows in the browser's console, so the likeliest first: whoever serves a page puts the
  // compressed files into its folder.
  const served = [folder, `${folder}${files.folder}/raw/`].flatMap((url) => [
    at(url, ".gz"),
    at(url, ""),
  ]);
  const sources = [...(cache ? [cacheSource(cache, files)] : []), ...served];
  if (download) sources.push(...mirrors.map((url) => at(withSlash(url), ".gz")));
  return loadMnist(files, sources, HASHES, options);
}

// No remedy: a development server answers any URL with its page, so wrong bytes mean "not here".
function urlSource(
  folder: string,
  suffix: string,
  cache: WebCache | null,
  files: MnistFiles,
  options: DownloadOptions,
): Source {
  return {
    name: `${folder}*${suffix}`,
    read: (file: DataFile) => fetchFile(`${folder}${file.name}${suffix}`, file, options),
    store: async (file, checked) => cache?.store(files, file, checked),
  };
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}
