import ts from "typescript";
import { type Doc, docOf } from "./doc-of.ts";

/** A type in braces, of those that `@throws` names. */
const NAMED = /\{([^}]*)\}/g;

/**
 * The errors that a body throws itself, or gets from a function of the repository that it calls, and that no
 * `@throws` of `docs` names. What functions within it throw counts when they throw it themselves.
 */
export function unnamedErrors(
  body: ts.Node | undefined,
  docs: readonly Doc[],
  checker: ts.TypeChecker,
): string[] {
  if (!body) return [];
  const named = new Set(docs.flatMap(namedErrors));
  const errors = new Set([...thrown(body), ...called(body, checker)]);
  return [...errors].filter((error) => !named.has(error));
}

function namedErrors({ throws }: Doc): string[] {
  return throws.flatMap((tag) =>
    [...tag.matchAll(NAMED)].flatMap(([, types = ""]) =>
      types.split("|").map((type) => type.trim()),
    ),
  );
}

function thrown(body: ts.Node): Set<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isThrowStatement(node) && ts.isNewExpression(node.expression)) {
      const name = node.expression.expression.getText();
      if (name.endsWith("Error") && name !== "Error") found.add(name);
    }
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

/** Not from within functions in it, which run later, nor from a `try`. */
function called(body: ts.Node, checker: ts.TypeChecker): Set<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isTryStatement(node)) return;
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      for (const error of errorsOf(checker.getSymbolAtLocation(node.expression), checker)) {
        found.add(error);
      }
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(body, visit);
  return found;
}

function errorsOf(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): string[] {
  if (!symbol) return [];
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const [node] = target.declarations ?? [];
  if (!node || !ts.isFunctionDeclaration(node) || node.getSourceFile().isDeclarationFile) return [];
  return [...namedErrors(docOf(target)), ...(node.body ? thrown(node.body) : [])];
}
