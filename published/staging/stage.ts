// What is published, made from what was built: `packages/NAME/publish`, which each package's publishConfig.directory
// names to changesets. The packages' own folders stay as they are, also when this is interrupted.
//
//   npm run stage -w published
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { publishedPackages, ROOT } from "../supply-chain/published-packages.ts";
import { type Project, publishedManifest, type SourceManifest } from "./published-manifest.ts";

/**
 * Makes the folder that is published, for every package.
 *
 * @param root - the repository's folder.
 * @returns the folders.
 * @throws {Error} when a package has not been built.
 */
export function stageAll(root: string = ROOT): string[] {
  const { homepage, repository, bugs, keywords } = readJson(root, ".") as unknown as Project;
  const project = { homepage, repository, bugs, keywords };
  const packages = publishedPackages().map(({ folder }) => folder);
  const manifests = packages.map((folder) => readJson(root, folder));
  const siblings = new Set(manifests.map(({ name }) => name));
  return packages.map((folder, i) => {
    return stage(root, folder, manifests[i] as SourceManifest, project, siblings);
  });
}

function stage(
  root: string,
  folder: string,
  manifest: SourceManifest,
  project: Project,
  siblings: ReadonlySet<string>,
): string {
  const to = join(root, folder, "publish");
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  for (const name of manifest.files ?? []) {
    const from = join(root, folder, name);
    if (!existsSync(from))
      throw new Error(`stage: expected ${from}, got nothing; run npm run build`);
    cpSync(from, join(to, name), { recursive: true });
  }
  cpSync(join(root, folder, "README.md"), join(to, "README.md"));
  cpSync(join(root, "LICENSE"), join(to, "LICENSE"));
  const published = publishedManifest(manifest, folder, project, siblings);
  writeFileSync(join(to, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
  return to;
}

function readJson(root: string, folder: string): SourceManifest {
  return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  console.log(`Staged ${stageAll().length} packages in packages/*/publish`);
}
