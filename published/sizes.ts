// How large each entry of each package is for a page that imports all of it: minified and gzipped, without what it
// depends on. Writes the table of each README.
//
//   npm run sizes -w published
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { stagedEntries } from "./staging/entries.ts";
import { publishedPackages, ROOT } from "./supply-chain/published-packages.ts";

export interface EntrySize {
  /** As it is imported. */
  readonly entry: string;
  readonly minified: number;
  readonly gzipped: number;
}

const [START, END] = ["<!-- size:start -->", "<!-- size:end -->"];
/** Within this share of what is measured, a table is not stale: compilers differ by a few bytes. */
const STALE = 0.03;

/** Every entry of a staged package. @throws {Error} when it has not been staged. */
export async function entrySizes(folder: string): Promise<EntrySize[]> {
  const sizes: EntrySize[] = [];
  for (const { name, file } of stagedEntries(folder)) {
    const code = await minify(file);
    sizes.push({ entry: name, minified: code.length, gzipped: gzipSync(code).length });
  }
  return sizes;
}

async function minify(path: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "node",
    packages: "external",
    loader: { ".wasm": "empty" },
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}

/** The rows of a README's table, from entry to gzipped size in kB. */
export function readTable(readme: string): Map<string, number> {
  const [, table = ""] = readme.split(START);
  const rows = (table.split(END)[0] ?? "").matchAll(
    /^\| `([^`]+)` \| [\d.]+ kB \| ([\d.]+) kB \|$/gm,
  );
  return new Map([...rows].map(([, entry = "", size]) => [entry, Number(size)]));
}

export function isStale(written: number | undefined, { gzipped }: EntrySize): boolean {
  return written === undefined || Math.abs(1000 * written - gzipped) > STALE * gzipped + 50;
}

/** Writes the table into its place, before the reasons for dependencies where there is none yet. */
export function withTable(readme: string, sizes: readonly EntrySize[]): string {
  const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
  const rows = sizes.map(({ entry, minified, gzipped }) => {
    return `| \`${entry}\` | ${kB(minified)} | ${kB(gzipped)} |`;
  });
  const table = ["| all of | minified | gzipped |", "| --- | --- | --- |", ...rows].join("\n");
  const block = `${START}\n${table}\n${END}`;
  if (readme.includes(START)) {
    const [before = ""] = readme.split(START);
    return before + block + readme.slice(readme.indexOf(END) + END.length);
  }
  const heading = "## Why these dependencies";
  return readme.replace(
    heading,
    () =>
      `## Size\n\nWithout what it depends on; an import of one name takes less.\n\n${block}\n\n${heading}`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const { folder } of publishedPackages()) {
    const sizes = await entrySizes(folder);
    if (sizes.length === 0) continue;
    const path = join(ROOT, folder, "README.md");
    writeFileSync(path, withTable(readFileSync(path, "utf8"), sizes));
    console.log(sizes.map(({ entry, gzipped }) => `${entry}: ${gzipped}`).join("\n"));
  }
}
