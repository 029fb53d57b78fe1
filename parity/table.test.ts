import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { AREAS, PAGE, page } from "./table.ts";

test("docs/parity.md is what npm run table -w parity writes", () => {
  expect(readFileSync(PAGE, "utf8")).toBe(page());
});

test("whatever we have of torch's numbers is covered by a fixture, or the page says why not", () => {
  expect(page()).not.toContain("not covered");
  expect(AREAS.map(({ torch }) => page().includes(`## ${torch}\n`))).not.toContain(false);
});
