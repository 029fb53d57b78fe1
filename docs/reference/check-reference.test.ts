import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkReference } from "./check-reference.ts";
import { ROOT } from "./entries.ts";
import { exampleModule } from "./example-module.ts";
import type { Example } from "./examples.ts";
import { publicApi } from "./public-names.ts";
import { runExamples } from "./run-examples.ts";

// Where tfjs's types are found from.
const CACHE = join(ROOT, "node_modules/.cache");
mkdirSync(CACHE, { recursive: true });
const folder = mkdtempSync(join(CACHE, "reference-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SOURCE = `import type { Tensor } from "@tensorflow/tfjs-core";

export class PlainError extends Error {}

/** Doubles. */
export function twice(x: Tensor, times = 2): Tensor {
  if (times < 0) throw new RangeError();
  checked(times);
  return x;
}

/** @throws {PlainError} always. */
function checked(_times: number): void {
  throw new PlainError();
}

/** Options. */
export interface SampleOptions {
  /** How many. */
  count?: number;
  /** How long. @defaultValue 1 */
  length?: number;
}

class Base {
  hidden = 1;
}

/**
 * A sample with \`named\`.
 *
 * @example
 * \`\`\`ts
 * new Sample();
 * \`\`\`
 */
export class Sample extends Base {
  named = 1;
  unnamed = 2;
  private secret = 3;
  /** @param x - [n] */
  call(x: Tensor, y: Tensor): void {
    void [x, y, this.secret];
  }
}
`;

describe("checkReference", () => {
  it("names what is missing, and nothing else", { timeout: 60_000 }, () => {
    const file = join(folder, "sample.ts");
    writeFileSync(file, SOURCE);
    const api = publicApi([{ package: "sample", specifier: "sample", file }]);
    const faults = checkReference("sample", api).map((fault) => fault.replace(/^.*?:(?=\d)/, ""));
    expect(faults.sort()).toEqual([
      "20: SampleOptions.count has no default",
      "26: Sample.hidden has no comment",
      "39: Sample.unnamed has no comment",
      "3: PlainError has no comment",
      "3: PlainError has no example",
      "42: Sample.call has no shape for y",
      "6: twice has no @throws {PlainError}",
      "6: twice has no @throws {RangeError}",
      "6: twice has no default for times",
      "6: twice has no example",
      "6: twice has no shape for the result",
      "6: twice has no shape for x",
    ]);
  });
});

describe("examples", () => {
  const api = publicApi();
  const example = (source: string): Example => {
    return { package: "layers", file: "sample.ts", line: 7, source, runs: true };
  };

  it("imports what an example uses and does not declare, from its own package first", () => {
    const module = exampleModule(example("const x = relu(ones([2]));\nmodel.forward(x);\n"), api);
    expect(module).toContain('import { relu } from "@kindling/layers";');
    expect(module).toContain('import { ones } from "@tensorflow/tfjs-core";');
    expect(module).toContain("const { model } = new Fixtures(folder);");
  });

  it("refuses a result that is behind nothing", () => {
    const source = "const [a] = [1]; // => 1\n";
    expect(() => exampleModule(example(source), api)).toThrow("line 7: expected each of 1 // =>");
  });

  it("reports each line that shows something else, is not reached or throws", {
    timeout: 60_000,
  }, async () => {
    const examples = [
      "1 + 1; // => 2\n1 + 1; // => 3\n",
      'console.log("a", ones([2])); // a [1, 1]\nconsole.log(1); // 2\n',
      "if (x.rank > 9) {\n  x.rank; // => 2\n}\n",
      "new Linear(1, 1).forward(ones([2])); // => ShapeError: Linear: …\n",
      "new Linear(0, 1);\n",
      'const name = String(new ReLU()); // => "ReLU()"\nString(new ReLU()); // =>\n// "ReLU()"\n',
    ].map(example);
    const faults = await runExamples(examples, api);
    expect(faults.map((fault) => fault.split("\n")[0])).toEqual([
      "sample.ts:8: expected 3, got 2",
      "sample.ts:8: expected 2, got 1",
      "sample.ts:8: expected a value, got none: the line never ran",
      "sample.ts:7: ArgumentError: Linear: expected inFeatures to be an integer from 1, got 0",
    ]);
  });
});
