import { join } from "node:path";
import { type DownloadOptions, download } from "../download.ts";
import type { MnistFiles } from "../mnist-files.ts";
import type { Source } from "../sources.ts";
import { writeAtomically } from "./write-atomically.ts";

/** The compressed files at a URL; what is right goes into the cache folder, in torchvision's layout. */
export function mirrorSource(
  url: string,
  root: string,
  files: MnistFiles,
  options: DownloadOptions,
): Source {
  const folder = url.endsWith("/") ? url : `${url}/`;
  return {
    name: url,

    read: (file) => download(`${folder}${file.name}.gz`, file, options),

    async store(file, { raw, gzip }) {
      const raws = join(root, files.folder, "raw");
      // Kept in the form that can be checked again.
      if (file.sha256 !== undefined) await writeAtomically(join(raws, file.name), raw);
      else if (gzip) await writeAtomically(join(raws, `${file.name}.gz`), gzip);
    },
  };
}
