import { beforeAll, describe, expect, it } from "vitest";
import { checkPrograms } from "../blocks/index.ts";
import { checkReference } from "./check-reference.ts";
import { entries } from "./entries.ts";
import { exampleModule } from "./example-module.ts";
import { examplesOf } from "./examples.ts";
import { type PublicApi, publicApi } from "./public-names.ts";
import { runExamples } from "./run-examples.ts";

const PACKAGES = [...new Set(entries().map((entry) => entry.package))];
/** Compiling all packages' sources, on a busy machine. */
const SLOW = 120_000;

let api: PublicApi;
beforeAll(() => {
  api = publicApi();
}, SLOW);

describe("doc comments", () => {
  it.each(PACKAGES)("of %s say all that is asked of them", (name) => {
    expect(checkReference(name, api)).toEqual([]);
  });
});

describe("examples", () => {
  it("compile", { timeout: SLOW }, () => {
    const programs = PACKAGES.flatMap(examplesOf).map((example) => ({
      name: example.file,
      source: exampleModule(example, api),
    }));
    expect(programs.length).toBeGreaterThan(100);
    expect(checkPrograms(programs)).toEqual([]);
  });

  it.each(PACKAGES)("of %s run and show what they say", { timeout: SLOW }, async (name) => {
    const examples = examplesOf(name).filter(({ runs }) => runs);
    expect(await runExamples(examples, api)).toEqual([]);
  });
});
