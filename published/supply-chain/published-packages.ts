import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

/** What this folder reads of a `package.json`. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

export interface PublishedPackage {
  /** Relative to the repository, such as `packages/core`. */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly readme: string;
  readonly dependencies: readonly RuntimeDependency[];
}

export interface RuntimeDependency {
  readonly name: string;
  readonly range: string;
  /** An optional peer is installed only by who wants it. */
  readonly kind: "dependency" | "peer" | "optional peer";
}

/** Every package of this repository that is published, in order of their names. */
export function publishedPackages(): PublishedPackage[] {
  return readdirSync(join(ROOT, "packages"))
    .map((name) => `packages/${name}`)
    .map((folder) => ({ folder, manifest: readManifest(folder) }))
    .filter(({ manifest }) => !manifest.private)
    .map(({ folder, manifest }) => ({
      folder,
      manifest,
      readme: readFileSync(join(ROOT, folder, "README.md"), "utf8"),
      dependencies: runtimeDependencies(manifest),
    }))
    .sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1));
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
}

function runtimeDependencies(manifest: Manifest): RuntimeDependency[] {
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest;
  const own = Object.entries(dependencies).map(
    ([name, range]): RuntimeDependency => ({ name, range, kind: "dependency" }),
  );
  const peers = Object.entries(peerDependencies).map(
    ([name, range]): RuntimeDependency => ({
      name,
      range,
      kind: peerDependenciesMeta[name]?.optional ? "optional peer" : "peer",
    }),
  );
  return [...own, ...peers];
}
