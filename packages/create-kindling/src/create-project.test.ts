import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createProject } from "./create-project.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "create-kindling-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Every file and folder there. */
const tree = (): string[] => readdirSync(folder, { recursive: true }).map(String).sort();

test("makes a project in a new folder, named after it", async () => {
  const app = join(folder, "work", "my-app");
  const written = await createProject(app, "node");
  expect(written).toEqual([
    "README.md",
    ".gitignore",
    "package.json",
    "src/main.ts",
    "src/model.ts",
    "src/train.ts",
    "tsconfig.json",
  ]);
  expect(readdirSync(app, { recursive: true }).map(String).sort()).toEqual(
    [...written, "src"].sort(),
  );
  const { name } = JSON.parse(readFileSync(join(app, "package.json"), "utf8"));
  expect(name).toBe("my-app");
});

test("takes a folder that is empty, or has only a .git", async () => {
  for (const name of ["empty", "with-git"]) mkdirSync(join(folder, name));
  mkdirSync(join(folder, "with-git", ".git"));
  for (const name of ["empty", "with-git"]) {
    expect(await createProject(join(folder, name), "vite")).toContain("src/worker.ts");
  }
});

test("refuses a folder with anything in it, and leaves it alone", async () => {
  const app = join(folder, "app");
  mkdirSync(app);
  for (const name of ["b.txt", ".env", "c", "a"]) writeFileSync(join(app, name), name);
  const before = tree();
  await expect(createProject(app, "node")).rejects.toThrow(
    `expected ${app} to be a new or an empty folder, got one with 4 entries (.env, a, b.txt, …); ` +
      "nothing was written: take another name, or empty it first",
  );
  expect(tree()).toEqual(before);
});

test("refuses a file in the folder's place, and one on the way to it", async () => {
  const file = join(folder, "file");
  writeFileSync(file, "mine");
  await expect(createProject(file, "node")).rejects.toThrow(
    `expected ${file} to be a new or an empty folder, got ENOTDIR: not a directory`,
  );
  await expect(createProject(join(file, "app"), "node")).rejects.toThrow(
    "ENOTDIR: not a directory",
  );
  expect(readFileSync(file, "utf8")).toBe("mine");
});

test("refuses a name that npm does not take, and writes nothing", async () => {
  await expect(createProject(join(folder, "My App"), "node")).rejects.toThrow(
    'expected a folder whose name npm takes for a package, got "My App" (only a-z, 0-9 and - _ . ~ are ' +
      `allowed); such as ${join(folder, "my-app")}`,
  );
  await expect(createProject(join(folder, "stream"), "node")).rejects.toThrow(
    'got "stream" (it is reserved); take another name',
  );
  expect(tree()).toEqual([]);
});
