// `any` switches the compiler off for whoever touches it, so no declaration of ours has one.
/// <reference types="node" />
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const PACKAGES = fileURLToPath(new URL("../..", import.meta.url));
const UNPUBLISHED = new Set(["testing", "create-kindling"]);
const TESTS = /\.(test|test-d|browser|webgpu|tensorflow)\.ts$/;

/** The lines with `any` in a file's declarations, which stand alone: the sources are checked with isolatedDeclarations. */
function findAny(path: string, source: string): string[] {
  const { outputText } = ts.transpileDeclaration(source, {
    fileName: path,
    compilerOptions: { strict: true },
  });
  const file = ts.createSourceFile("d.ts", outputText, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(`${path}: ${node.parent.getText()}`);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

test("finds any where it is", () => {
  const source =
    "export function f(one: any): Promise<any> { return one; } /** any */ const any = 1;";
  expect(findAny("a.ts", source)).toEqual(["a.ts: one: any", "a.ts: Promise<any>"]);
});

test("no declaration of a published package has any", () => {
  const sources = readdirSync(PACKAGES)
    .filter((name) => !UNPUBLISHED.has(name) && existsSync(`${PACKAGES}${name}/src`))
    .flatMap((name) =>
      readdirSync(`${PACKAGES}${name}/src`, { recursive: true, encoding: "utf8" })
        .filter((path) => path.endsWith(".ts") && !TESTS.test(path))
        .map((path) => `${name}/src/${path}`),
    );
  expect(sources.length).toBeGreaterThan(300);
  const found = sources.flatMap((path) =>
    findAny(path, readFileSync(`${PACKAGES}/${path}`, "utf8")),
  );
  expect(found).toEqual([]);
});
