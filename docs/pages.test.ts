// Every `ts` block of the guide, the recipes and the READMEs: compiled under strict, run, its output compared.
import { describe, expect, it } from "vitest";
import { checkPrograms, pagePrograms, runProgram } from "./blocks/index.ts";
import { pagesWithPrograms } from "./pages.ts";

/** The longest, README.md's, trains for five epochs: 20 s alone, more beside other tests. */
const TIMEOUT = 300_000;

/** `examples/` runs this file, and a test there holds the README's block to it. */
const RUN_ELSEWHERE = new Set(["README.md"]);

const pages = await pagesWithPrograms();
const programs = pages.flatMap(({ name, text }) =>
  pagePrograms(text, name).map((program) => ({ ...program, page: name })),
);

it("the blocks compile", { timeout: TIMEOUT }, () => {
  expect(checkPrograms(programs)).toEqual([]);
});

describe("the blocks run", () => {
  for (const { runs, output, page, ...program } of programs) {
    if (!runs || RUN_ELSEWHERE.has(page)) continue;
    it(program.name, { timeout: TIMEOUT }, async () => {
      const { stdout, stderr, code } = await runProgram(program, { timeoutMs: TIMEOUT });
      expect(code, stderr).toBe(0);
      if (output !== undefined) expect(stdout).toBe(output);
    });
  }
});
