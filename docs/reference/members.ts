import ts from "typescript";
import { type Doc, docOf } from "./doc-of.ts";

/** A member of a class or of an interface. */
export type Member = ts.ClassElement | ts.TypeElement;

type WithMembers = ts.ClassDeclaration | ts.InterfaceDeclaration;

const HIDDEN = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
/** Private, for `instanceof`, or between copies of a package (`"~kind"`). */
const HIDDEN_NAME = /^(#|"~|\[Symbol\.hasInstance\])/;

/** A member that users see. */
export function isPublic(member: Member): boolean {
  if (ts.isClassStaticBlockDeclaration(member)) return false;
  const hidden = (ts.getCombinedModifierFlags(member) & HIDDEN) !== 0;
  return !hidden && !HIDDEN_NAME.test(member.name?.getText() ?? "");
}

/** Declared so: its comment is that of the class above. */
export function isOverride(member: Member): boolean {
  return (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Override) !== 0;
}

/** The comments that a member has from the classes and interfaces above it, the nearest first. */
export function inheritedDocs(member: Member, checker: ts.TypeChecker): Doc[] {
  const { parent } = member;
  const name = member.name?.getText();
  if (name === undefined || !hasMembers(parent)) return [];
  const above = (parent.heritageClauses ?? []).flatMap((clause) => clause.types);
  return above.flatMap((type) => {
    const symbol = checker.getTypeAtLocation(type).getProperty(name);
    const further = (symbol?.declarations ?? []).filter(
      (node): node is ts.ClassElement => ts.isClassElement(node) && node !== member,
    );
    return [docOf(symbol), ...further.flatMap((node) => inheritedDocs(node, checker))];
  });
}

/** The classes and interfaces that a symbol extends, and that the repository has and does not export. */
export function hiddenBases(
  symbol: ts.Symbol,
  exported: ReadonlySet<ts.Symbol>,
  checker: ts.TypeChecker,
): WithMembers[] {
  const clauses = (symbol.declarations ?? [])
    .filter(hasMembers)
    .flatMap(({ heritageClauses = [] }) => [...heritageClauses])
    .filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  return clauses
    .flatMap(({ types }) => [...types])
    .flatMap((type) => {
      const base = checker.getTypeAtLocation(type).getSymbol();
      if (!base || exported.has(base)) return [];
      const nodes = (base.declarations ?? []).filter(hasMembers).filter(isOurs);
      return nodes.length === 0 ? [] : [...nodes, ...hiddenBases(base, exported, checker)];
    });
}

function hasMembers(node: ts.Node): node is WithMembers {
  return ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node);
}

/** Not one of tfjs's, whose classes come as declarations. */
function isOurs(node: ts.Node): boolean {
  return !node.getSourceFile().isDeclarationFile;
}
