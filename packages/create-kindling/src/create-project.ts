import { mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { CreateError } from "./create-error.ts";
import { faultOfName, nearestName } from "./package-name.ts";
import { projectFiles } from "./project-files.ts";
import { ownVersion, readTemplate, type Template } from "./templates.ts";

/**
 * Makes a project in a folder that is new or empty; its last part is the project's name.
 *
 * A folder that only has a `.git` counts as empty. Nothing is written when the call is refused.
 *
 * @returns the paths of the files written, relative to the folder.
 * @throws {CreateError} when npm refuses the name, the folder is not empty or is a file, or it cannot be
 *   written.
 */
export async function createProject(folder: string, template: Template): Promise<string[]> {
  const target = resolve(folder);
  const name = basename(target);
  checkName(folder, name);
  await checkEmpty(folder, target);
  const files = projectFiles(await readTemplate(template), { name, version: await ownVersion() });
  try {
    for (const { path, content } of files) {
      const file = join(target, path);
      await mkdir(dirname(file), { recursive: true });
      // "wx": what someone else puts there in the meantime stays.
      await writeFile(file, content, { flag: "wx" });
    }
  } catch (cause) {
    throw new CreateError(`expected to write into ${folder}, got ${reason(cause)}`, { cause });
  }
  return files.map(({ path }) => path);
}

function checkName(folder: string, name: string): void {
  const fault = faultOfName(name);
  if (fault === null) return;
  const near = nearestName(name);
  throw new CreateError(
    `expected a folder whose name npm takes for a package, got "${name}" (${fault}); ` +
      (near === null ? "take another name" : `such as ${join(dirname(folder), near)}`),
  );
}

async function checkEmpty(folder: string, target: string): Promise<void> {
  let entries: string[];
  try {
    entries = await readdir(target);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return;
    throw new CreateError(
      `expected ${folder} to be a new or an empty folder, got ${reason(cause)}`,
      {
        cause,
      },
    );
  }
  const found = entries.filter((entry) => entry !== ".git").sort();
  if (found.length === 0) return;
  const some = found.slice(0, 3).join(", ") + (found.length > 3 ? ", …" : "");
  throw new CreateError(
    `expected ${folder} to be a new or an empty folder, got one with ${found.length} ` +
      `${found.length === 1 ? "entry" : "entries"} (${some}); nothing was written: take another name, or empty it first`,
  );
}

/** `ENOTDIR: not a directory, scandir '/a/b'` → `ENOTDIR: not a directory`. */
function reason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.split(",")[0] ?? message;
}
