import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { auditOutcome } from "./audit-outcome.ts";
import { dependenciesPage } from "./dependencies-page.ts";
import { EXCEPTIONS, installedLicences, isAllowed } from "./licences.ts";
import { type InstalledPackage, ProductionTree } from "./production-tree.ts";
import { publishedPackages, ROOT } from "./published-packages.ts";
import { reasonsIn } from "./reasons.ts";

const packages = publishedPackages();
const tree = new ProductionTree();
let licences: Map<string, string>;
let installed: InstalledPackage[];
beforeAll(async () => {
  licences = await installedLicences();
  installed = tree.of(packages);
});

describe.each(packages.map((one) => [one.manifest.name, one] as const))("%s", (_, one) => {
  test("says in its README why it has each dependency, and of no other", () => {
    const reasons = [...reasonsIn(one.readme).keys()].sort();
    expect(reasons).toEqual(one.dependencies.map(({ name }) => name).sort());
  });

  test("runs nothing when it is installed", () => {
    const { preinstall, install, postinstall } = one.manifest.scripts ?? {};
    expect([preinstall, install, postinstall]).toEqual([undefined, undefined, undefined]);
  });
});

describe("what the packages bring", () => {
  test("is licensed as the list allows", () => {
    const refused = installed
      .map(({ name, version }) => ({ name, licence: licences.get(`${name}@${version}`) ?? "none" }))
      .filter(({ name, licence }) => !isAllowed(name, licence));
    expect(refused).toEqual([]);
  });

  test("needs each exception from the list", () => {
    const names = new Set(installed.map(({ name }) => name));
    expect(Object.keys(EXCEPTIONS).filter((name) => !names.has(name))).toEqual([]);
  });

  test("runs nothing when it is installed", () => {
    expect(installed.filter((one) => one.hasInstallScript)).toEqual([]);
  });

  test("is found by following the lock file", () => {
    const names = installed.map(({ name }) => name);
    // Direct, of a dependency's dependency, and a peer; not a development tool, not an optional peer.
    expect(names).toEqual(expect.arrayContaining(["echarts", "zrender", "@tensorflow/tfjs-core"]));
    for (const name of ["vitest", "webgpu", "@kindling/core"]) expect(names).not.toContain(name);
  });
});

test("docs/dependencies.md is what `npm run document:dependencies` makes of the packages", () => {
  const page = readFileSync(join(ROOT, "docs/dependencies.md"), "utf8");
  expect(page).toBe(dependenciesPage(packages, tree, licences));
});

describe("isAllowed", () => {
  test.each([
    ["MIT", true],
    ["(MIT OR GPL-3.0)", true],
    ["MIT AND OFL-1.1", true],
    ["MIT AND GPL-3.0", false],
    ["GPL-3.0", false],
    ["MIT*", false],
    ["none", false],
    ["MPL-2.0", false],
  ])("%s: %s", (licence, allowed) => {
    expect(isAllowed("some-package", licence)).toBe(allowed);
  });
});

describe("reasonsIn", () => {
  const readme = (...lines: string[]) =>
    `# a\n\n- \`x\`: no reason\n\n## Why these dependencies\n\n${lines.join("\n")}\n\n## Limits\n\n- \`y\`: z\n`;

  test("reads a line for one name or several, with a note in brackets or without", () => {
    expect([
      ...reasonsIn(readme("- `a`: one.", "- `b`, `@c/d` and `e` (peer): two: three.")),
    ]).toEqual([
      ["a", "one."],
      ["b", "two: three."],
      ["@c/d", "two: three."],
      ["e", "two: three."],
    ]);
    expect(reasonsIn("# a\n").size).toBe(0);
  });

  test("refuses a line of another form", () => {
    expect(() => reasonsIn(readme("- `a` for its errors"))).toThrow(
      'expected lines "- `name`: reason", got "- `a` for its errors"',
    );
  });
});

describe("auditOutcome", () => {
  test("tells a clean audit from vulnerable packages", () => {
    const metadata = { dependencies: { prod: 39 } };
    expect(auditOutcome(JSON.stringify({ vulnerabilities: {}, metadata }))).toEqual({
      status: "clean",
      lines: ["audit: no known vulnerability in 39 packages"],
    });
    const via = [{ title: "Loops", url: "https://advisories.example/1" }, "b"];
    const vulnerabilities = { a: { name: "a", severity: "high", range: "<2", via } };
    expect(auditOutcome(JSON.stringify({ vulnerabilities, metadata }))).toEqual({
      status: "vulnerable",
      lines: ["audit: a <2: high: Loops (https://advisories.example/1), b"],
    });
  });

  test.each([
    [
      JSON.stringify({ message: "405 Method Not Allowed - POST …", statusCode: 405 }),
      "it says 405",
    ],
    [JSON.stringify({ message: "request failed" }), "request failed"],
    ["", "npm printed nothing"],
  ])("says that nothing was checked when the registry answers %j", (stdout, why) => {
    expect(auditOutcome(stdout)).toEqual({
      status: "not checked",
      lines: [`audit: NOT CHECKED: the npm registry in use does not answer audits (${why})`],
    });
  });
});
