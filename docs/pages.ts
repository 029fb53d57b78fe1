import { readdir, readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** A markdown file whose ```` ```ts ```` blocks must compile and run. */
export interface Page {
  /** Its path from the repository's root. */
  readonly name: string;
  readonly text: string;
}

/** Its blocks are files; published/fresh-projects.published.ts follows it word by word. */
const FOLLOWED = "tutorial.md";
/** Not published, and without a README. */
const PRIVATE = "testing";

/** The guide, the recipes, the front page and every package's README. */
export async function pagesWithPrograms(): Promise<Page[]> {
  const packages = (await readdir(`${ROOT}/packages`)).filter((name) => name !== PRIVATE);
  const names = [
    "README.md",
    "docs/index.md",
    ...(await markdownIn("docs/guide")),
    ...(await markdownIn("docs/recipes")),
    ...packages.map((name) => `packages/${name}/README.md`),
  ];
  return await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(`${ROOT}/${name}`, "utf8") })),
  );
}

async function markdownIn(folder: string): Promise<string[]> {
  const names = await readdir(`${ROOT}/${folder}`);
  return names
    .filter((name) => name.endsWith(".md") && name !== FOLLOWED)
    .map((name) => `${folder}/${name}`);
}
