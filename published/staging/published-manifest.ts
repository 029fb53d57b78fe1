import type { Manifest } from "../supply-chain/published-packages.ts";

/** What of a `package.json` concerns its publishing. */
export interface SourceManifest extends Manifest {
  readonly version: string;
  readonly files?: readonly string[];
  readonly exports?: Exports;
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly sideEffects?: boolean | readonly string[];
  readonly [field: string]: unknown;
}

type Exports = string | { readonly [condition: string]: Exports };

/** What all packages share. */
export interface Project {
  readonly homepage: string;
  readonly repository: { readonly type: string; readonly url: string };
  readonly bugs: { readonly url: string };
  readonly keywords: readonly string[];
}

/** The condition by which the repository runs its packages from their sources. */
const SOURCE = "@kindling/source";

/** For the repository's own use. */
const INTERNAL: ReadonlySet<string> = new Set(["scripts", "devDependencies", "size-limit"]);

/**
 * The `package.json` that is published: nothing of it points to a file that is not there.
 *
 * @param folder - of the package, relative to the repository.
 * @param siblings - names of the packages that are released together with it. Pinned in the repository, they become
 *   ranges: two exact versions of core would be two default generators.
 */
export function publishedManifest(
  manifest: SourceManifest,
  folder: string,
  project: Project,
  siblings: ReadonlySet<string>,
): SourceManifest {
  const kept = Object.entries(manifest).filter(([field]) => !INTERNAL.has(field));
  const { exports, dependencies, publishConfig, sideEffects } = manifest;
  const { directory: _, ...rest } = (publishConfig ?? {}) as Record<string, unknown>;
  return {
    ...(Object.fromEntries(kept) as SourceManifest),
    ...(exports === undefined ? {} : { exports: withoutSource(exports) }),
    ...(Array.isArray(sideEffects) && {
      sideEffects: sideEffects.filter((path) => !path.startsWith("./src/")),
    }),
    ...(dependencies && { dependencies: ranges(dependencies, siblings) }),
    ...project,
    repository: { ...project.repository, directory: folder } as Project["repository"],
    publishConfig: rest,
  };
}

function withoutSource(exports: Exports): Exports {
  if (typeof exports === "string") return exports;
  const kept = Object.entries(exports).filter(([condition]) => condition !== SOURCE);
  return Object.fromEntries(kept.map(([condition, value]) => [condition, withoutSource(value)]));
}

function ranges(
  dependencies: Readonly<Record<string, string>>,
  siblings: ReadonlySet<string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(dependencies).map(([name, version]) => {
      return [name, siblings.has(name) ? `^${version}` : version];
    }),
  );
}
