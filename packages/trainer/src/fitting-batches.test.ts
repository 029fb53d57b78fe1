// What the compiler prints for wirings that do not fit: one sentence with what is expected and what came.
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const PREAMBLE = `
import type { Tensor1D, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import { DataLoader, type Dataset } from "@kindling/datasets";
import { CrossEntropyLoss, Linear, Module, MSELoss } from "@kindling/layers";
import { Trainer } from "./index.ts";
class Vectors extends Module<Tensor2D, Tensor2D> {
  readonly linear = new Linear(784, 10);
  override forward(x: Tensor2D): Tensor2D { return this.linear.forward(x) as Tensor2D; }
}
declare const images: Dataset<unknown, readonly [Tensor4D, Tensor1D]>;
declare const vectors: Dataset<unknown, readonly [Tensor2D, Tensor1D]>;
const model = new Vectors();
const loader = new DataLoader(vectors);
const trainer = new Trainer({ model, loss: new CrossEntropyLoss() });
`;

const REFUSED = [
  [
    "images, trained on by a model of vectors",
    "await trainer.fit(new DataLoader(images), { epochs: 1 });",
    "Trainer: expected batches of [Tensor2D, Tensor], got [Tensor4D, Tensor1D]; change the dataset's transform",
  ],
  [
    "images as validation data",
    "await trainer.fit(loader, { epochs: 1, validation: new DataLoader(images) });",
    "Trainer: expected batches of [Tensor2D, Tensor], got [Tensor4D, Tensor1D]; change the dataset's transform",
  ],
  [
    "images, evaluated",
    "await trainer.evaluate(new DataLoader(images));",
    "Trainer: expected batches of [Tensor2D, Tensor], got [Tensor4D, Tensor1D]; change the dataset's transform",
  ],
  [
    "a metric of images",
    "declare const dice: Metric<Tensor4D, Tensor1D>; new Trainer({ model, loss: new CrossEntropyLoss(), metrics: { dice } });",
    "Type 'Metric<Tensor4D, Tensor1D>' is not assignable to type 'Metric<Tensor2D, Tensor1D>'",
  ],
  [
    "a loss of images",
    "declare const dice: Loss<Tensor4D, Tensor4D>; new Trainer({ model, loss: dice });",
    "Type 'Vectors' is not assignable to type 'TrainableModel<Tensor2D, Tensor4D>'",
  ],
] as const;

const FITTING = `
await trainer.fit(loader, { epochs: 1, validation: loader });
await trainer.evaluate(loader);
await new Trainer({ model, loss: new MSELoss() }).fit({} as Batches<readonly [Tensor2D, Tensor2D]>, { epochs: 1 });
export const generic = <B>(own: Trainer<Tensor2D, Tensor2D, Tensor1D, never, B>, data: Batches<B>) =>
  own.fit(data, { epochs: 1, validation: data });
`;

/** What the compiler prints, by program, of all in one run. */
function diagnose(programs: readonly string[]): string[] {
  const here = fileURLToPath(new URL(".", import.meta.url));
  const config = `${here}../tsconfig.json`;
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, ts.sys.readFile).config,
    ts.sys,
    `${here}..`,
  );
  const given = {
    ...options,
    declaration: false,
    isolatedDeclarations: false,
    noUnusedLocals: false,
  };
  const host = ts.createCompilerHost(given);
  const files = new Map(programs.map((program, i) => [`${here}wiring-${i}.ts`, program]));
  const [readFile, fileExists] = [host.readFile, host.fileExists];
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.fileExists = (name) => files.has(name) || fileExists(name);
  const program = ts.createProgram([...files.keys()], given, host);
  return [...files.keys()].map((name) => {
    const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(name));
    return found.map((one) => ts.flattenDiagnosticMessageText(one.messageText, "\n")).join("\n");
  });
}

test("a wiring that does not fit is refused in readable words", { timeout: 60_000 }, () => {
  const header = `import type { Batches, Loss, Metric } from "./index.ts";${PREAMBLE}`;
  const [fitting, ...messages] = diagnose([
    `${header}${FITTING}`,
    ...REFUSED.map(([, code]) => `${header}${code}\nexport {};`),
  ]);
  expect(fitting).toBe("");
  REFUSED.forEach(([what, , message], i) => {
    expect(messages[i], what).toContain(message);
    // Nothing of the iterators in between.
    expect(messages[i], what).not.toContain("IteratorResult");
  });
});
