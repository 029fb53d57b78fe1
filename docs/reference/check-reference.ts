import { relative } from "node:path";
import ts from "typescript";
import { type Doc, docOf, docOfNode } from "./doc-of.ts";
import { ROOT } from "./entries.ts";
import { hiddenBases, inheritedDocs, isOverride, isPublic, type Member } from "./members.ts";
import type { PublicApi, PublicName } from "./public-names.ts";
import { lackDefaults, lackShapes, lacksDefault, lacksOwnShape } from "./rules.ts";
import { unnamedErrors } from "./thrown-errors.ts";

interface Context {
  readonly checker: ts.TypeChecker;
  report(node: ts.Node, text: string): void;
}

type Callable = ts.SignatureDeclaration & { readonly body?: ts.Node | undefined };

/**
 * What the doc comments of a package's public names lack, `file:line: name has no …` a line: a comment, an
 * example, the default of what is optional, the shape of a tensor, an error that the code throws.
 */
export function checkReference(name: string, { checker, names }: PublicApi): string[] {
  const faults = new Set<string>();
  const report = (node: ts.Node, text: string): void => {
    const file = node.getSourceFile();
    const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    faults.add(`${relative(ROOT, file.fileName)}:${line}: ${text}`);
  };
  const context: Context = { checker, report };
  const symbols = new Set(names.map(({ symbol }) => symbol));
  for (const exported of names.filter(({ entry }) => entry.package === name)) {
    checkName(exported, context);
    // What a class or interface has from one that is not exported is its own, to users.
    for (const base of hiddenBases(exported.symbol, symbols, checker)) {
      checkMembers(exported.name, base.members, [docOf(exported.symbol)], context);
    }
  }
  return [...faults];
}

function checkName({ name, symbol, isValue }: Omit<PublicName, "entry">, context: Context): void {
  const { declarations = [] } = symbol;
  const [node] = declarations;
  if (!node) return;
  if (ts.isSourceFile(node)) {
    // A namespace, such as layers' `init`: its functions are the names.
    for (const inner of context.checker.getExportsOfModule(symbol)) {
      const isInnerValue = (inner.flags & ts.SymbolFlags.Value) !== 0;
      checkName({ name: `${name}.${inner.name}`, symbol: inner, isValue: isInnerValue }, context);
    }
    return;
  }
  const doc = docOf(symbol);
  if (doc.text === "") context.report(node, `${name} has no comment`);
  if (isValue && !doc.hasExample) context.report(node, `${name} has no example`);
  for (const declaration of declarations) {
    if (ts.isFunctionDeclaration(declaration)) {
      checkSignature(name, declaration, [doc], context);
    } else if (ts.isClassDeclaration(declaration)) {
      const constructors = declaration.members.filter(ts.isConstructorDeclaration);
      const docs = [doc, ...constructors.map(docOfNode)];
      checkMembers(name, declaration.members, docs, context);
    } else if (ts.isInterfaceDeclaration(declaration)) {
      checkMembers(name, declaration.members, [doc], context);
    } else if (ts.isTypeAliasDeclaration(declaration) && ts.isTypeLiteralNode(declaration.type)) {
      checkMembers(name, declaration.type.members, [doc], context);
    }
  }
}

/** @param ownerDocs - of the class, with its constructors', or of the interface. */
function checkMembers(
  owner: string,
  members: readonly Member[],
  ownerDocs: readonly Doc[],
  context: Context,
): void {
  for (const member of members.filter(isPublic)) {
    if (ts.isConstructorDeclaration(member)) {
      // A parameter that becomes a field may be described there.
      const names = new Set(member.parameters.map((parameter) => parameter.name.getText()));
      const fields = members.filter((field) => names.has(field.name?.getText() ?? ""));
      const docs = [...ownerDocs, ...fields.map(docOfNode)];
      checkSignature(`${owner}'s constructor`, member, docs, context);
      continue;
    }
    const short = member.name?.getText() ?? "a call of it";
    const name = `${owner}.${short}`;
    const symbol = member.name && context.checker.getSymbolAtLocation(member.name);
    const own = symbol ? docOf(symbol) : docOfNode(member);
    const docs = [own, ...inheritedDocs(member, context.checker)];
    // A field may be described by the class's comment, such as `weight` in a layer's table of shapes.
    const named = ownerDocs.some(({ text }) => text.includes(`\`${short}\``));
    if (docs.every(({ text }) => text === "") && !isOverride(member) && !named) {
      context.report(member, `${name} has no comment`);
    }
    if (owner.endsWith("Options") && lacksDefault(member, own)) {
      context.report(member, `${name} has no default`);
    }
    if (lacksOwnShape(member, [...docs, ...ownerDocs])) {
      context.report(member, `${name} has no shape`);
    }
    if (ts.isMethodDeclaration(member) || ts.isMethodSignature(member)) {
      checkSignature(name, member, [...docs, ...ownerDocs], context);
    }
  }
}

function checkSignature(
  name: string,
  node: Callable,
  docs: readonly Doc[],
  { checker, report }: Context,
): void {
  for (const tensor of lackShapes(node, docs)) report(node, `${name} has no shape for ${tensor}`);
  for (const parameter of lackDefaults(node, docs)) {
    report(node, `${name} has no default for ${parameter}`);
  }
  for (const error of unnamedErrors(node.body, docs, checker)) {
    report(node, `${name} has no @throws {${error}}`);
  }
}
