// The declarations of every entry of every package, as the compilers of those who install them read them: from the
// tarballs, by the oldest TypeScript that is promised, those that changed its library, and the newest.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pack } from "./pack.ts";
import { stagedEntries } from "./staging/entries.ts";
import { publishedPackages, ROOT } from "./supply-chain/published-packages.ts";

const TYPESCRIPTS = ["5.6", "5.9", "6.0", "latest"];
const RESOLUTIONS = [
  { moduleResolution: "NodeNext", module: "NodeNext" },
  { moduleResolution: "Bundler", module: "ESNext" },
];

const packages = publishedPackages().filter(({ folder }) => stagedEntries(folder).length > 0);
const entries = packages.flatMap(({ folder }) => stagedEntries(folder).map(({ name }) => name));
const programs = [
  // Who needs no Node has no types of it.
  { name: "anywhere", types: [], entries: entries.filter((entry) => !entry.endsWith("/node")) },
  { name: "in Node", types: ["node"], entries },
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kindling-declarations-"));
  const tarballs = packages.map((one) => {
    const file = `${one.manifest.name.replace("@kindling/", "")}.tgz`;
    writeFileSync(join(folder, file), pack(join(ROOT, one.folder, "publish")).tarball);
    return `./${file}`;
  });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const compilers = TYPESCRIPTS.map((version) => `ts-${version}@npm:typescript@${version}`);
  const others = ["@tensorflow/tfjs-core@^4.22.0", "@types/node@20"];
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts"];
  run("npm", ["install", ...flags, ...tarballs, ...others, ...compilers]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, parameters: readonly string[]): { code: number; output: string } {
  const options = { cwd: folder, encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync(command, parameters, options);
  if (command === "npm" && status !== 0) throw new Error(`npm ${parameters.join(" ")}\n${stderr}`);
  return { code: status ?? 1, output: stdout + stderr };
}

/** Compiles a program that takes hold of every entry. */
function compile(
  version: string,
  { types, entries }: (typeof programs)[number],
  options: object,
): { code: number; output: string } {
  const lines = entries.map((entry, i) => `export * as entry${i} from "${entry}";\n`);
  writeFileSync(join(folder, "main.ts"), lines.join(""));
  const compilerOptions = {
    target: "ES2022",
    lib: ["ES2022", "DOM"],
    types,
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    ...options,
  };
  const config = { compilerOptions, files: ["main.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  return run(process.execPath, [`node_modules/ts-${version}/bin/tsc`, "-p", "."]);
}

describe.each(TYPESCRIPTS)("TypeScript %s", (version) => {
  describe.each(programs)("$name", (program) => {
    test.each(RESOLUTIONS)("$moduleResolution finds every entry", (resolution) => {
      const options = { ...resolution, skipLibCheck: true };
      expect(compile(version, program, options)).toEqual({ code: 0, output: "" });
    });

    test("nothing is wrong in our own, with tfjs's faults left aside", () => {
      const { output } = compile(version, program, {
        ...RESOLUTIONS[0],
        skipLibCheck: false,
      });
      const errors = output.split("\n").filter((line) => line.includes(": error "));
      const ours = errors.filter((line) => !/^node_modules\/(?!@kindling\/)/.test(line));
      expect(ours).toEqual([]);
    });
  });
});
