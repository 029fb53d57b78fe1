/// <reference types="node" />
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** An installed tfjs-node; the two packages differ in nothing but their install scripts. */
export interface TfjsNode {
  readonly name: string;
  readonly folder: string;
}

const NAMES = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];

/** The installed tfjs-node, as seen from the working folder, then from this package; null when there is none. */
export function findTfjsNode(workingFolder: string = process.cwd()): TfjsNode | null {
  for (const from of [join(workingFolder, "package.json"), import.meta.url]) {
    const { resolve } = createRequire(from);
    for (const name of NAMES) {
      try {
        return { name, folder: dirname(resolve(`${name}/package.json`)) };
      } catch (error) {
        if ((error as { code?: unknown }).code !== "MODULE_NOT_FOUND") throw error;
      }
    }
  }
  return null;
}

/** The native library that the package's own install script left, newest Node-API first; null when there is none. */
export function installedBinding({ folder }: TfjsNode): string | null {
  const library = join(folder, "lib");
  if (!existsSync(library)) return null;
  const supported = Number(process.versions.napi);
  const versions = readdirSync(library)
    .map((name) => Number(/^napi-v(\d+)$/.exec(name)?.[1]))
    .filter((version) => version <= supported)
    .sort((a, b) => b - a);
  const files = versions.map((version) => join(library, `napi-v${version}`, "tfjs_binding.node"));
  return files.find((file) => existsSync(file)) ?? null;
}
