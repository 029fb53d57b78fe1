import { describe, expect, it } from "vitest";
import { checkPrograms, pagePrograms, readBlocks, runProgram } from "./index.ts";

const PAGE = `# Page
\`\`\`ts
const a: number = 1;
\`\`\`
between
\`\`\`text output
1
\`\`\`
\`\`\`ts
console.log(a);
\`\`\`
\`\`\`ts new
const a = "again";
\`\`\`
\`\`\`ts no-run
declare const b: string;
\`\`\`
\`\`\`ts sketch
function f(): ...
\`\`\`
`;

describe("readBlocks", () => {
  it("gives language, info, source and line", () => {
    expect(readBlocks(PAGE)[1]).toEqual({
      language: "text",
      info: "output",
      source: "1\n",
      line: 7,
    });
  });

  it("takes a fence inside of a longer one for text", () => {
    const [block, ...rest] = readBlocks("````md\n```ts\nx\n```\n````\n");
    expect(block?.source).toBe("```ts\nx\n```\n");
    expect(rest).toEqual([]);
  });
});

describe("pagePrograms", () => {
  it("joins blocks into programs whose lines are the page's", () => {
    const programs = pagePrograms(PAGE, "page.md");
    expect(programs.map(({ name, runs, output }) => ({ name, runs, output }))).toEqual([
      { name: "page.md:3", runs: true, output: "1\n" },
      { name: "page.md:13", runs: true, output: undefined },
      { name: "page.md:16", runs: false, output: undefined },
    ]);
    expect(programs[0]?.source.split("\n")[9]).toBe("console.log(a);");
  });

  it("refuses a word that it does not know", () => {
    expect(() => pagePrograms("```ts norun\n```", "page.md")).toThrow(
      'page.md:2: expected ts with new, no-run, sketch or nothing, got "norun"',
    );
  });

  it("refuses an output without a program", () => {
    expect(() => pagePrograms("```text output\n```", "page.md")).toThrow("expected a program");
  });
});

describe("checkPrograms", () => {
  it("names the program and the line of each fault", () => {
    const programs = pagePrograms(PAGE, "page.md");
    const wrong = { name: "wrong", source: "\nconst n: number = 'a';\nn;" };
    const real = {
      name: "real",
      source: 'import { Linear } from "@kindling/layers";\nnew Linear("a", 2);',
    };
    expect(checkPrograms([...programs, wrong, real])).toEqual([
      "wrong line 2: Type 'string' is not assignable to type 'number'.",
      "real line 2: Argument of type 'string' is not assignable to parameter of type 'number'.",
    ]);
  });
});

describe("runProgram", () => {
  it("runs TypeScript against the packages, and gives back what was printed", async () => {
    const source = `import { Generator } from "@kindling/core";
const generator: Generator = new Generator(1);
console.log(generator.initialSeed);
console.error("to stderr");
process.exitCode = 3;
`;
    expect(await runProgram({ name: "p", source })).toEqual({
      stdout: "1\n",
      stderr: "to stderr\n",
      code: 3,
    });
  });
});
