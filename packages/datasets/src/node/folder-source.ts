import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DataFile, MnistFiles } from "../mnist-files.ts";
import { type Source, Unavailable } from "../sources.ts";

/** The files in a folder: in torchvision's layout, `FOLDER/raw/NAME`, or directly; gzipped or not. */
export function folderSource(root: string, files: MnistFiles): Source {
  let found = root;
  return {
    name: `folder ${root}`,
    remedy: () => `delete ${found} so that it is fetched again`,

    async read(file) {
      const places = [join(root, files.folder, "raw"), root].flatMap((folder) =>
        namesOf(file).map((name) => join(folder, name)),
      );
      for (const place of places) {
        const bytes = await readIfThere(place);
        if (bytes === null) continue;
        found = place;
        return bytes;
      }
      throw new Unavailable(`no ${file.name} there`);
    },
  };
}

// A file known by the hash of its gzip form is worth nothing without it.
function namesOf(file: DataFile): readonly string[] {
  const gzip = `${file.name}.gz`;
  return file.sha256 === undefined ? [gzip] : [file.name, gzip];
}

/** A file's bytes, or null when there is no such file. @throws {Unavailable} when it cannot be read. */
export async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    // A Buffer of one file is not pooled: the array holds its bytes and nothing else.
    const { buffer, byteOffset, byteLength } = await readFile(path);
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new Unavailable(message, { cause: error });
  }
}
