import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's folder. */
export const ROOT: string = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** One thing that users import from. */
export interface Entry {
  /** The folder in packages: `report`. */
  readonly package: string;
  /** What stands in an import: `@kindling/report/html`. */
  readonly specifier: string;
  /** Its source, an absolute path. */
  readonly file: string;
}

/** The order in which the packages' names count where two have the same: fundamental ones first. */
const PACKAGES = [
  "core",
  "layers",
  "optim",
  "metrics",
  "trainer",
  "datasets",
  "safetensors",
  "report",
  "backend-wasm",
  "backend-webgpu",
  "backend-tensorflow",
];

type Target = string | { readonly [condition: string]: Target };

/** Every entry of every published library, from the packages' `exports`; on each platform where they differ. */
export function entries(): Entry[] {
  const folders = readdirSync(join(ROOT, "packages"));
  return folders
    .filter((folder) => folder !== "testing" && folder !== "create-kindling")
    .sort((a, b) => rank(a) - rank(b))
    .flatMap(entriesOf);
}

function entriesOf(name: string): Entry[] {
  const folder = join(ROOT, "packages", name);
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    exports: Record<string, Record<string, Target>>;
  };
  return Object.entries(exports).flatMap(([path, conditions]) => {
    const source = conditions["@kindling/source"];
    if (source === undefined) return [];
    const specifier = `@kindling/${name}${path.slice(1)}`;
    return files(source).map((file) => ({ package: name, specifier, file: join(folder, file) }));
  });
}

function files(target: Target): string[] {
  return typeof target === "string" ? [target] : Object.values(target).flatMap(files);
}

function rank(name: string): number {
  const place = PACKAGES.indexOf(name);
  return place === -1 ? PACKAGES.length : place;
}
