import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { TextFile } from "./project-files.ts";

/** What each template is, in a line. */
export const TEMPLATES = {
  node: "a program for Node that learns to read handwritten digits (MNIST)",
  vite: "a page, built with Vite, that trains in a Worker",
} as const;

export type Template = keyof typeof TEMPLATES;

export function isTemplate(name: string): name is Template {
  return Object.hasOwn(TEMPLATES, name);
}

/** This package's folder: `src` and `dist` are both beside `template`. */
const PACKAGE = join(import.meta.dirname, "..");

/** The files of a template, as they are in this package, in order of their paths. */
export async function readTemplate(template: Template): Promise<TextFile[]> {
  const folder = join(PACKAGE, "template", template);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Promise.all(
    files.map(async (file) => ({
      path: relative(folder, file).split(sep).join("/"),
      content: await readFile(file, "utf8"),
    })),
  );
}

/** The version of this package, and so of all of Kindling. */
export async function ownVersion(): Promise<string> {
  const manifest = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8"));
  return (manifest as { version: string }).version;
}
