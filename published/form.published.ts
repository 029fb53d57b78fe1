// The form in which the packages are published: whole, typed for every resolution, and nothing beside.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, test } from "vitest";
import { pack } from "./pack.ts";
import type { SourceManifest } from "./staging/published-manifest.ts";
import { publishedPackages, ROOT } from "./supply-chain/published-packages.ts";

const ALLOWED = /^(package\.json|README\.md|LICENSE|dist\/.+\.(js|js\.map|d\.ts|wasm))$/;
const TEMPLATE = /^template\//;

// Kindling is ESM: `require` of it works from Node 20.19 on, and its types are not CommonJS's.
const NOT_ASKED: ReadonlySet<string> = new Set(["CJSResolvesToESM"]);

describe.each(publishedPackages())("$manifest.name", ({ folder, manifest: { name } }) => {
  const staged = join(ROOT, folder, "publish");
  const { files, tarball } = pack(staged);
  const manifest: SourceManifest = JSON.parse(readFileSync(join(staged, "package.json"), "utf8"));

  test("holds what is built, README, licence, and nothing else", () => {
    const isTemplate = (file: string): boolean => name === "create-kindling" && TEMPLATE.test(file);
    expect(files.filter((file) => !ALLOWED.test(file) && !isTemplate(file))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(["README.md", "LICENSE", "package.json"]));
  });

  test("has source maps with the sources in them", () => {
    const scripts = files.filter((file) => file.endsWith(".js"));
    for (const script of scripts) {
      const map = JSON.parse(readFileSync(join(staged, `${script}.map`), "utf8"));
      expect(map.sourcesContent ?? [], script).toHaveLength(map.sources.length);
    }
  });

  test("says what it is: module, side effects, engine, where it comes from", () => {
    expect(manifest).toMatchObject({
      type: "module",
      license: "Apache-2.0",
      engines: { node: ">=20.19" },
      publishConfig: { access: "public" },
      repository: { directory: folder },
    });
    expect(manifest.description).toBeTypeOf("string");
    // Only core has one: its gradients take the place of tfjs's.
    if (manifest.exports !== undefined && name !== "@kindling/core") {
      expect(manifest.sideEffects).toBe(false);
    }
    expect(JSON.stringify(manifest)).not.toMatch(/@kindling\/source|\.\/src\/|workspace:|file:/);
  });

  test("every path in its package.json is there", () => {
    const paths =
      JSON.stringify([manifest.exports, manifest.bin]).match(/(\.\/)?dist\/[^"]+/g) ?? [];
    expect(paths.filter((path) => !existsSync(join(staged, path)))).toEqual([]);
    expect(paths.length).toBeGreaterThan(0);
  });

  test("publint has nothing against it", async () => {
    const { messages } = await publint({ pkgDir: staged, strict: true });
    expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
  });

  test.skipIf(manifest.exports === undefined)(
    "its types are right wherever it resolves",
    async () => {
      const problems = await checkPackage(createPackageFromTarballData(tarball));
      expect(problems.types).not.toBe(false);
      const found = "problems" in problems ? problems.problems : [];
      const asked = found.filter(({ kind, ...rest }) => {
        const resolution = "resolutionKind" in rest ? rest.resolutionKind : "";
        // `node10` knows no exports: it is TypeScript's oldest resolution, and Node's never.
        return !NOT_ASKED.has(kind) && resolution !== "node10";
      });
      expect(asked).toEqual([]);
    },
  );
});
