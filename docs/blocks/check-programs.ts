import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** A TypeScript module, as text. */
export interface Program {
  /** Stands before each message. Any text. */
  readonly name: string;
  readonly source: string;
}

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Programs are compiled as if they lay here, so they see what a package of this repository sees. */
const FOLDER = join(ROOT, "docs/blocks");

/**
 * Compiles modules under the repository's strict settings, against the packages' sources, in one go: the
 * packages' and tfjs's types are read once (about 5 s), each further module costs milliseconds.
 *
 * @returns one line a fault, `name line 3: message`; none when all is well.
 */
export function checkPrograms(programs: readonly Program[]): string[] {
  const options = compilerOptions();
  const files = new Map(programs.map((program, i) => [join(FOLDER, `program-${i}.ts`), program]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path)?.source ?? readFile(path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const program = files.get(path);
    return program
      ? ts.createSourceFile(path, program.source, languageVersion, true)
      : getSourceFile(path, languageVersion, ...rest);
  };
  const compiled = ts.createProgram([...files.keys()], options, host);
  const faults: string[] = [];
  for (const [path, { name }] of files) {
    const file = compiled.getSourceFile(path);
    if (!file) throw new Error(`checkPrograms: expected ${name} to be read, got no file`);
    const found = [
      ...compiled.getSyntacticDiagnostics(file),
      ...compiled.getSemanticDiagnostics(file),
    ];
    for (const { messageText, start } of found) {
      const line = start === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1;
      faults.push(`${name} line ${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n  ")}`);
    }
  }
  return faults;
}

/** The base settings, less what is asked of a library only; a module even without an import. */
export function compilerOptions(): ts.CompilerOptions {
  const path = join(ROOT, "config/tsconfig.base.json");
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  const { options, errors } = ts.convertCompilerOptionsFromJson(
    {
      ...config.compilerOptions,
      types: ["node"],
      typeRoots: [join(ROOT, "node_modules/@types")],
      declaration: false,
      isolatedDeclarations: false,
      rewriteRelativeImportExtensions: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
      moduleDetection: "force",
    },
    ROOT,
  );
  if (errors.length > 0) throw new Error(`compilerOptions: ${path} has errors`);
  return options;
}
