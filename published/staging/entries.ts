import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../supply-chain/published-packages.ts";

export interface Entry {
  /** As it is imported, such as `@kindling/core/kernels`. */
  readonly name: string;
  /** The module that a browser gets. */
  readonly file: string;
}

type Target = string | { readonly [condition: string]: Target };

/**
 * Every entry of a package, as published.
 *
 * @param folder - of the package, relative to the repository.
 * @throws {Error} when it has not been staged.
 */
export function stagedEntries(folder: string): Entry[] {
  const staged = join(ROOT, folder, "publish");
  const path = join(staged, "package.json");
  if (!existsSync(path)) {
    throw new Error(`stagedEntries: expected ${path}, got nothing; run npm run stage -w published`);
  }
  const { name, exports = {} } = JSON.parse(readFileSync(path, "utf8"));
  return Object.entries<Target>(exports).map(([key, target]) => {
    return { name: name + key.slice(1), file: join(staged, fileOf(target)) };
  });
}

function fileOf(target: Target): string {
  return typeof target === "string" ? target : fileOf(target.default as Target);
}
