// What somebody gets who installs from npm: every package published to a registry of this machine's own, then new
// folders outside of the repository, on every Node that Kindling takes (or KINDLING_NODES=20,24).
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { chromium } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM_ARGUMENTS, findChromium } from "../config/chromium.ts";
import { follow, stepsOf } from "./registry/follow-page.ts";
import { nodeOf, wantedNodes } from "./registry/nodes.ts";
import { publishAll } from "./registry/publish.ts";
import { serveFolder } from "./registry/serve-folder.ts";
import { type Registry, startRegistry } from "./registry/verdaccio.ts";

const HERE = import.meta.dirname;
const PEER = "@tensorflow/tfjs-core@^4.22.0";
const CPU = "@tensorflow/tfjs-backend-cpu@4.22.0";
/** The oldest that is promised, the last one in JavaScript, and the newest. */
const TYPESCRIPTS = ["5.6", "5.9", "latest"];
const NODES = wantedNodes();

let root: string;
let registry: Registry;
const paths = new Map<string, string>();

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "kindling-fresh-"));
  registry = await startRegistry(join(root, "registry"));
  publishAll(registry, join(root, "copy"));
  for (const node of NODES) paths.set(node, nodeOf(node));
});
afterAll(() => {
  registry?.stop();
  rmSync(root, { recursive: true, force: true });
});

/** Runs a program in a folder, with this Node before all others on the PATH. */
function run(folder: string, node: string, command: string, ...parameters: string[]): string {
  const path = `${dirname(paths.get(node) ?? "")}${delimiter}${process.env.PATH}`;
  try {
    return execFileSync(command, parameters, {
      cwd: folder,
      encoding: "utf8",
      env: { ...registry.environment, PATH: path, NODE_OPTIONS: "", NODE_PATH: "" },
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${parameters.join(" ")}\n${stdout}\n${stderr}`);
  }
}

/** An empty folder that installs from the registry. */
function newFolder(name: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(join(folder, ".npmrc"), registry.npmrc);
  return folder;
}

/** A project of `projects/`, with its packages installed by name, as people do. */
function install(name: string, ...packages: string[]): string {
  const folder = newFolder(name);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  run(folder, NODES[0] as string, "npm", "install", ...packages);
  cpSync(join(HERE, "projects", name), folder, { recursive: true });
  return folder;
}

function kindling(folder: string): string[] {
  const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
  const found = Object.keys(packages).map(
    (path) => /node_modules\/@kindling\/(.+)/.exec(path)?.[1],
  );
  return found.filter((name) => name !== undefined).sort();
}

describe("a TypeScript project with datasets and layers alone", () => {
  let folder: string;
  beforeAll(() => {
    const packages = ["@kindling/datasets", "@kindling/layers", PEER, CPU, "typescript@5.9"];
    folder = install("a-data-and-layers", ...packages);
  });

  test("has those and core, once", () => {
    expect(kindling(folder)).toEqual(["core", "datasets", "layers"]);
  });

  test("has them as they are published, not as the repository has them", () => {
    const installed = join(folder, "node_modules/@kindling/layers");
    expect(readFileSync(join(installed, "package.json"), "utf8")).not.toContain("@kindling/source");
    const held = ["LICENSE", "README.md", "dist", "package.json"];
    expect(readdirSync(installed).sort()).toEqual(held);
  });

  test.each(NODES)("compiles and runs on Node %s", (node) => {
    run(folder, node, "npx", "tsc");
    expect(run(folder, node, "node", "out/main.js")).toMatch(/^Sequential\([\s\S]*\)\n4 rows\n$/);
  });
});

describe("a trainer's project with a layer, a metric and a callback of its own", () => {
  let folder: string;
  beforeAll(() => {
    const names = ["backend-wasm", "core", "datasets", "layers", "optim", "trainer"];
    folder = install("b-own-parts", ...names.map((name) => `@kindling/${name}`), PEER);
  });

  test.each(TYPESCRIPTS)("compiles with TypeScript %s", (version) => {
    run(folder, NODES[0] as string, "npm", "install", "--no-save", `typescript@${version}`);
    run(folder, NODES[0] as string, "npx", "tsc");
  });

  test.each(NODES)("trains on Node %s", (node) => {
    const said = run(folder, node, "node", "out/main.js");
    expect(said).toContain("(scale): Scale(features=1)");
    expect(said).toMatch(/ended after \d+ epochs, scale\.factor, fc\.weight, fc\.bias/);
  });
});

describe("a plain JavaScript project", () => {
  let folder: string;
  beforeAll(() => {
    const names = ["backend-wasm", "core", "datasets", "layers", "metrics", "optim", "trainer"];
    folder = install("c-plain-javascript", ...names.map((name) => `@kindling/${name}`), PEER);
  });

  test.each(NODES)("trains on Node %s", (node) => {
    expect(run(folder, node, "node", "main.js")).toBe("accuracy 1\n");
  });
});

describe("npm create kindling, a Vite page that trains in a worker", () => {
  let folder: string;
  beforeAll(() => {
    const parent = newFolder("d-page");
    const parameters = ["create", "kindling@latest", "--yes", "page", "--", "--template", "vite"];
    run(parent, NODES[0] as string, "npm", ...parameters);
    folder = join(parent, "page");
    writeFileSync(join(folder, ".npmrc"), registry.npmrc);
    run(folder, NODES[0] as string, "npm", "install");
  });

  test.each(NODES)("is built on Node %s, and trains in Chromium", async (node) => {
    run(folder, node, "npm", "run", "build");
    const server = await serveFolder(join(folder, "dist"));
    const browser = await chromium.launch({
      executablePath: findChromium(),
      args: [...CHROMIUM_ARGUMENTS],
    });
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(server.url);
      const line = page.locator("#line");
      await line.filter({ hasText: "of the test points are right" }).waitFor({ timeout: 120_000 });
      const share = Number(/([\d.]+) %/.exec((await line.textContent()) ?? "")?.[1]);
      expect(share).toBeGreaterThan(80);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      server.close();
    }
  });
});

describe("npm create kindling, a Node project", () => {
  let folder: string;
  beforeAll(() => {
    const parent = newFolder("f-node");
    run(parent, NODES[0] as string, "npm", "create", "kindling@latest", "--yes", "project");
    folder = join(parent, "project");
    writeFileSync(join(folder, ".npmrc"), registry.npmrc);
    run(folder, NODES[0] as string, "npm", "install");
  });

  test.each(NODES)("trains in two commands, on Node %s", (node) => {
    const said = run(folder, node, "npm", "start", "--", "--epochs", "1");
    expect(Number(/test accuracy ([\d.]+) ?%/.exec(said)?.[1])).toBeGreaterThan(95);
  });
});

test.each(NODES)("the tutorial, word by word, on Node %s", (node) => {
  const page = readFileSync(join(HERE, "../docs/guide/tutorial.md"), "utf8");
  const folder = newFolder(`tutorial-${node}`);
  const outputs = follow(stepsOf(page), folder, (here, commands) => {
    return run(here, node, "bash", "-euc", commands);
  });
  expect(outputs.map(({ printed }) => printed)).toEqual(outputs.map(({ said }) => said));
  expect(outputs).toHaveLength(3);
});

describe("metrics alone, over arrays", () => {
  let folder: string;
  beforeAll(() => {
    folder = install("e-metrics-alone", "@kindling/metrics", PEER, CPU, "typescript@5.9");
  });

  test.each(NODES)("compiles and runs on Node %s", (node) => {
    run(folder, node, "npx", "tsc");
    const [accuracy, confusion, f1, rows] = run(folder, node, "node", "out/main.js").split("\n");
    expect([accuracy, rows]).toEqual(["0.75", "4"]);
    expect(confusion).toBe("[ [ 1, 0, 0 ], [ 1, 1, 0 ], [ 0, 0, 1 ] ]");
    expect(Number(f1)).toBeCloseTo(7 / 9, 6);
  });
});
