// A package imports only what it says it depends on: here npm puts all of them into one folder, and would not tell.
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { pack } from "./pack.ts";
import { stagedEntries } from "./staging/entries.ts";
import { publishedPackages, ROOT } from "./supply-chain/published-packages.ts";

/** For Node alone, which their names or READMEs say. */
const FOR_NODE = /^create-kindling|^@kindling\/backend-tensorflow|\/node$/;

describe.each(publishedPackages())("$manifest.name", ({ folder, manifest, dependencies }) => {
  const staged = join(ROOT, folder, "publish");
  const code = pack(staged).files.filter((file) => /^dist\/.+\.(js|d\.ts)$/.test(file));

  test("imports what it depends on, and nothing else", () => {
    const known = new Set([manifest.name, ...dependencies.map(({ name }) => name)]);
    const unknown = code.flatMap((file) => {
      const names = imports(readFileSync(join(staged, file), "utf8")).map(packageOf);
      return names.filter((name) => !known.has(name)).map((name) => `${file}: ${name}`);
    });
    expect(unknown).toEqual([]);
  });

  const entries = stagedEntries(folder).filter(({ name }) => !FOR_NODE.test(name));

  test.each(entries)("$name needs no Node to be loaded", async ({ file }) => {
    expect(await nodeModulesOf(file)).toEqual([]);
  });
});

/** Of packages: neither files nor Node's own. */
function imports(code: string): string[] {
  const names = ts.preProcessFile(code, true, true).importedFiles.map(({ fileName }) => fileName);
  return names.filter((name) => !name.startsWith(".") && !isBuiltin(name));
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/** What of Node is imported when this module is, rather than by an `import()` once Node is known to be there. */
async function nodeModulesOf(entry: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    splitting: true,
    write: false,
    outdir: "out",
    format: "esm",
    packages: "external",
    external: ["node:*"],
    metafile: true,
    logLevel: "error",
  });
  const seen = new Set<string>();
  const visit = (path: string): string[] => {
    if (seen.has(path)) return [];
    seen.add(path);
    const all = metafile.outputs[path]?.imports ?? [];
    const now = all.filter(({ kind }) => kind === "import-statement");
    return now.flatMap(({ path }) => (isBuiltin(path) ? [path] : visit(path)));
  };
  const output = Object.entries(metafile.outputs).find(([, { entryPoint }]) => {
    return entryPoint !== undefined && entry.endsWith(entryPoint.replace(/^(\.\.\/)+/, ""));
  });
  return visit(output?.[0] ?? "");
}
