import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type PublishedPackage, ROOT } from "./published-packages.ts";

interface LockEntry {
  readonly version?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly hasInstallScript?: boolean;
}

const MODULES = "node_modules/";

/** What `npm install` puts beside a published package. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** npm would run a script of its when it installs it. */
  readonly hasInstallScript: boolean;
}

/** The lock file, which says what each package's dependencies are resolved to. */
export class ProductionTree {
  readonly #packages: Readonly<Record<string, LockEntry>>;

  constructor(lockFile: string = join(ROOT, "package-lock.json")) {
    this.#packages = JSON.parse(readFileSync(lockFile, "utf8")).packages;
  }

  /** What others wrote that the installation of these packages brings, optional peers left out. */
  of(packages: readonly PublishedPackage[]): InstalledPackage[] {
    const seen = new Set<string>();
    const waiting = packages.flatMap(({ folder, dependencies }) =>
      dependencies
        .filter(({ kind }) => kind !== "optional peer")
        .map(({ name }) => this.#resolve(folder, name)),
    );
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (path === null || seen.has(path)) continue;
      seen.add(path);
      const entry = this.#packages[path] ?? {};
      // Kindling's own are among `packages`.
      if (entry.link) continue;
      for (const name of needed(entry)) waiting.push(this.#resolve(path, name));
    }
    // By name and version: the same one may be installed at several places.
    const installed = new Map<string, InstalledPackage>();
    for (const path of seen) {
      const { link, version = "", hasInstallScript = false } = this.#packages[path] ?? {};
      const name = path.slice(path.lastIndexOf(MODULES) + MODULES.length);
      if (!link) installed.set(`${name}@${version}`, { name, version, hasInstallScript });
    }
    return [...installed.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  }

  /** The version that a package of this repository gets of a dependency; null when it is not installed. */
  versionOf(folder: string, name: string): string | null {
    const path = this.#resolve(folder, name);
    return path === null ? null : (this.#packages[path]?.version ?? null);
  }

  /** As Node looks for it: in the folder's own `node_modules`, then in those further up. */
  #resolve(from: string, name: string): string | null {
    for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/")))) {
      const path = folder === "" ? `${MODULES}${name}` : `${folder}/${MODULES}${name}`;
      if (this.#packages[path] !== undefined) return path;
      if (folder === "") return null;
    }
  }
}

function needed(entry: LockEntry): string[] {
  const peers = Object.keys(entry.peerDependencies ?? {}).filter(
    (name) => !entry.peerDependenciesMeta?.[name]?.optional,
  );
  return [
    ...Object.keys(entry.dependencies ?? {}),
    ...Object.keys(entry.optionalDependencies ?? {}),
    ...peers,
  ];
}
