// What the templates make is compiled and run here, with Kindling from its sources. From the packages as
// they are published it is checked in `published`.
import { execFile } from "node:child_process";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createProject } from "./create-project.ts";
import { ownVersion, type Template } from "./templates.ts";

const ROOT = join(import.meta.dirname, "../../..");
const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

interface Manifest {
  readonly version: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}
const manifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const packages = readdirSync(join(ROOT, "packages")).map((name) => join(ROOT, "packages", name));

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "create-kindling-"));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function project(template: Template): Promise<string> {
  const folder = join(work, template);
  await createProject(folder, template);
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** What a program prints; an error with all of it when the program fails. */
async function run(cwd: string, ...argv: string[]): Promise<string> {
  try {
    return (await promisify(execFile)(process.execPath, argv, { cwd })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    throw new Error(`${argv.join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

/** Compiles all of Kindling, or trains: seconds, and many more on a machine that is busy. */
const PATIENCE_MS = 120_000;

const FROM_SOURCE = ["--conditions=@kindling/source", "--import", TSX];
// The declarations that users get ask for no more than ES2022; the sources do.
const COMPILE = [
  join(ROOT, "node_modules/typescript/bin/tsc"),
  "--customConditions",
  "@kindling/source",
  "--lib",
  "ES2023,DOM,DOM.Iterable,DOM.AsyncIterable",
];

test("every package has this one's version, which is the one that new projects ask for", async () => {
  const version = await ownVersion();
  const published = packages.map(manifest).filter((one) => !one.private);
  expect(new Set(published.map((one) => one.version))).toEqual(new Set([version]));
});

describe.each(["node", "vite"] as const)("the template %s", (template) => {
  let folder: string;
  beforeAll(async () => {
    folder = await project(template);
  });

  test("compiles", { timeout: PATIENCE_MS }, async () => {
    await run(folder, ...COMPILE);
  });

  test("asks for the versions that Kindling itself is tested with", () => {
    const known = new Map<string, Set<string>>();
    for (const { dependencies, devDependencies } of [ROOT, join(ROOT, "examples"), ...packages].map(
      manifest,
    )) {
      for (const [name, range] of Object.entries({ ...dependencies, ...devDependencies })) {
        known.set(name, (known.get(name) ?? new Set()).add(range));
      }
    }
    const { dependencies, devDependencies } = manifest(folder);
    for (const [name, range] of Object.entries({ ...dependencies, ...devDependencies })) {
      if (name.startsWith("@kindling/")) continue;
      expect([name, [...(known.get(name) ?? [])]]).toEqual([name, expect.arrayContaining([range])]);
    }
  });
});

test("the Node program trains", { timeout: PATIENCE_MS }, async () => {
  const folder = join(work, "node");
  const printed = await run(folder, ...FROM_SOURCE, "src/main.ts", "--epochs", "1");
  expect(Number(/test accuracy ([\d.]+) %/.exec(printed)?.[1])).toBeGreaterThan(95);
});

test("what the page's worker does trains in Node too", { timeout: PATIENCE_MS }, async () => {
  const folder = join(work, "vite");
  writeFileSync(
    join(folder, "try.ts"),
    `import { wasm } from "@kindling/backend-wasm";
    import { manualSeed, selectBackend } from "@kindling/core";
    import { train } from "./src/train.ts";
    await selectBackend(wasm());
    manualSeed(0);
    console.log(await train({ epochs: 100, callbacks: [] }));`,
  );
  expect(Number(await run(folder, ...FROM_SOURCE, "try.ts"))).toBeGreaterThan(0.9);
});
