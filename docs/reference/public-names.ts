import ts from "typescript";
import { compilerOptions } from "../blocks/check-programs.ts";
import { type Entry, entries } from "./entries.ts";

/** An exported name and what it stands for. */
export interface PublicName {
  readonly name: string;
  readonly entry: Entry;
  readonly symbol: ts.Symbol;
  /** A class, function or constant; false for what is a type only. */
  readonly isValue: boolean;
}

/** The packages' sources, compiled, and the names that their entries export. */
export interface PublicApi {
  readonly checker: ts.TypeChecker;
  /** Of Kindling, in the order of `entries`; a name that two entries export stands twice. */
  readonly names: readonly PublicName[];
  /** tfjs-core's names: true for a value. */
  readonly tfjs: ReadonlyMap<string, boolean>;
}

const TFJS = "@tensorflow/tfjs-core";

/** Reads entries, by default all, in one program. Takes about 5 s. */
export function publicApi(all: readonly Entry[] = entries()): PublicApi {
  const options = compilerOptions();
  const program = ts.createProgram([...new Set(all.map(({ file }) => file))], options);
  const checker = program.getTypeChecker();
  const exportsOf = (file: ts.SourceFile | undefined): ts.Symbol[] => {
    const symbol = file && checker.getSymbolAtLocation(file);
    return symbol ? checker.getExportsOfModule(symbol) : [];
  };
  const names = all.flatMap((entry) =>
    exportsOf(program.getSourceFile(entry.file)).map((exported) => {
      const symbol = target(exported, checker);
      const isValueHere = isValue(symbol) && !isTypeOnly(exported);
      return { name: exported.name, entry, symbol, isValue: isValueHere };
    }),
  );
  const from = all[0]?.file ?? "";
  const found = ts.resolveModuleName(
    TFJS,
    from,
    options,
    ts.sys,
    undefined,
    undefined,
    ts.ModuleKind.ESNext,
  );
  const file = program.getSourceFile(found.resolvedModule?.resolvedFileName ?? "");
  const tfjs = new Map(
    exportsOf(file).map((exported) => [exported.name, isValue(target(exported, checker))]),
  );
  if (tfjs.size === 0) throw new Error(`publicApi: expected names in ${TFJS}, got none`);
  return { checker, names, tfjs };
}

function target(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Exported by `export type`, also a class. */
function isTypeOnly({ declarations = [] }: ts.Symbol): boolean {
  return declarations.some((node) => ts.isExportSpecifier(node) && isTypeOnlyExport(node));
}

function isTypeOnlyExport({ isTypeOnly: own, parent }: ts.ExportSpecifier): boolean {
  return own || parent.parent.isTypeOnly;
}

function isValue(symbol: ts.Symbol): boolean {
  return (symbol.flags & ts.SymbolFlags.Value) !== 0;
}
