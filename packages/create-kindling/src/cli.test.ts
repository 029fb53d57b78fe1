import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const CLI = join(import.meta.dirname, "cli.ts");
const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "create-kindling-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command as npm does, with no terminal. */
function create(...argv: string[]) {
  const options = { cwd: folder, encoding: "utf8" } as const;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--import", TSX, CLI, ...argv],
    options,
  );
  return { stdout, stderr, status };
}

test("makes a project and says which two commands train it", () => {
  expect(create("my-app")).toEqual({
    stdout:
      "Made my-app, 7 files: a program for Node that learns to read handwritten digits (MNIST).\n\n" +
      "  cd my-app\n  npm install\n  npm start\n",
    stderr: "",
    status: 0,
  });
  expect(create("page", "--template", "vite").stdout).toContain("a page, built with Vite");
  expect(readdirSync(folder).sort()).toEqual(["my-app", "page"]);
});

test("--help and --version make nothing", () => {
  expect(create("--help").stdout).toContain("--template NAME");
  expect(create("-v", "my-app").stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  [[], "expected the folder of the new project, got none; npm create kindling@latest my-app"],
  [["app", "-t", "react"], "expected --template to be node or vite, got react"],
  [["app", "--temlpate", "vite"], "Unknown option '--temlpate'; see --help"],
  // `npm create kindling my-app --template vite`: npm takes the option's name away.
  [["app", "vite"], "expected one folder, got app and vite; npm keeps options to itself unless --"],
  [["App"], 'expected a folder whose name npm takes for a package, got "App"'],
])("%j is refused in one line", (argv, message) => {
  const { stdout, stderr, status } = create(...argv);
  expect([stdout, status]).toEqual(["", 1]);
  expect(stderr.startsWith(`create-kindling: ${message}`)).toBe(true);
  expect(stderr.split("\n")).toHaveLength(2);
  expect(readdirSync(folder)).toEqual([]);
});
